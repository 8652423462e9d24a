import { link, mkdir, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "../io/disk-error.ts";

const TRIES = 5;

/**
 * Gives a finished file its final name in one step, with the folders it needs; `false` when that name is
 * taken, which is then left as it is.
 */
export async function linkNew(file: string, target: string): Promise<boolean> {
  for (let left = TRIES - 1; ; left -= 1) {
    await mkdir(dirname(target), { recursive: true });
    try {
      await link(file, target);
      return true;
    } catch (error) {
      if (hasCode(error, "EEXIST")) return false;
      // A delete elsewhere may have pruned the folder just made.
      if (!hasCode(error, "ENOENT") || left === 0) throw error;
    }
  }
}

/** Removes the folder that held `file` and those above it while they are empty, never `root`. */
export async function pruneFolders(file: string, root: string): Promise<void> {
  for (let folder = dirname(file); folder.length > root.length; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (["ENOTEMPTY", "EEXIST"].some((code) => hasCode(error, code))) return;
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }
}
