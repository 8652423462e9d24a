import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../io/disk-error.ts";

/** Removes what crashed processes left in a folder: entries that nobody has changed for `ageMs`. */
export async function sweep(directory: string, ageMs: number): Promise<void> {
  const oldest = Date.now() - ageMs;
  for (const name of await readdir(directory)) {
    const entry = join(directory, name);
    if (await isOlder(entry, oldest)) await rm(entry, { recursive: true, force: true });
  }
}

async function isOlder(entry: string, oldest: number): Promise<boolean> {
  try {
    return (await stat(entry)).mtimeMs < oldest;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}
