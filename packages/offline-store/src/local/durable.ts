import { open } from "node:fs/promises";
import { dirname } from "node:path";

const isWindows = process.platform === "win32";

/** Flushes a file's bytes to the disk. */
export async function syncFile(file: string): Promise<void> {
  // Windows flushes only through a handle that may write.
  await using handle = await open(file, isWindows ? "r+" : "r");
  await handle.sync();
}

/** Flushes the entries of the folder that holds `file` and of each folder above it, up to `root`. */
export async function syncFolders(file: string, root: string): Promise<void> {
  // Windows cannot open a folder; its file system journals entries by itself.
  if (isWindows) return;
  for (let folder = dirname(file); folder.length >= root.length; folder = dirname(folder)) {
    await syncFile(folder);
    if (folder === root) return;
  }
}
