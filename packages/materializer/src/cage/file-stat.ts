import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { TeselaError } from "@tesela/core";

/** What the file system says of a file. */
export interface FileStat {
  readonly path: string;
  readonly bytes: bigint;
  /** Last change, epoch microseconds. */
  readonly changedAt: bigint;
  /** Another text as soon as the file is another one, or was written to. */
  readonly identity: string;
}

/** Looks at a file, not into it; throws `SOURCE_MISSING` naming it when there is none. */
export async function statFile(path: string): Promise<FileStat> {
  const found = await stat(path, { bigint: true }).catch((cause: unknown) => {
    throw new TeselaError("SOURCE_MISSING", `There is no file "${basename(path)}".`, { cause });
  });
  const identity = [path, found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join("\0");
  return { path, bytes: found.size, changedAt: found.mtimeNs / 1_000n, identity };
}
