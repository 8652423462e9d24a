import { lstat } from "node:fs/promises";
import { hasCode } from "./disk-error.ts";

/** The size of a regular file, or `null` when there is none. */
export async function fileBytes(file: string): Promise<number | null> {
  try {
    const found = await lstat(file);
    return found.isFile() ? found.size : null;
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return null;
    throw error;
  }
}
