import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../io/disk-error.ts";
import { fileBytes } from "../io/file-bytes.ts";
import { isPath } from "../path.ts";
import type { StoredFile } from "../port.ts";

/** The files below `folder` (`""` or ending in `/`) by the bytes of their paths; foreign names are passed over. */
export async function* walk(root: string, folder: string): AsyncGenerator<StoredFile, void> {
  for (const name of await sortedNames(join(root, folder))) {
    if (name.endsWith("/")) yield* walk(root, folder + name);
    else {
      const bytes = await fileBytes(join(root, folder, name));
      if (bytes !== null) yield { path: folder + name, bytes };
    }
  }
}

async function sortedNames(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown): Dirent[] => {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return [];
    throw error;
  });
  // A folder sorts as the paths in it do: "a/…" comes after "a-b" and before "a0".
  const names = entries.filter(({ name }) => isPath(name)).map(toName);
  return names.toSorted((a, b) => (a < b ? -1 : 1));
}

function toName(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}
