import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rm, type FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { withIdleTimeout, type TransferLimits } from "./idle-timeout.ts";

/** Writes a stream to a new file and flushes it to the disk; on failure there is no file. */
export async function writeNewFile(source: Readable, file: string, limits: TransferLimits): Promise<void> {
  keepError(source);
  try {
    const handle = await open(file, "wx");
    await fill(handle, source, file, limits);
  } finally {
    source.destroy();
  }
}

async function fill(
  handle: FileHandle,
  source: Readable,
  file: string,
  limits: TransferLimits,
): Promise<void> {
  const target = handle.createWriteStream({ flush: true });
  try {
    await withIdleTimeout(limits, (signal, beat) => pipeline(source, beating(beat), target, { signal }));
  } catch (error) {
    target.destroy();
    await rm(file, { force: true });
    throw error;
  }
}

/** The SHA-256 of what is left in a stream, in hex. */
export async function digest(source: Readable, limits: TransferLimits): Promise<string> {
  const hash = createHash("sha256");
  try {
    await withIdleTimeout(limits, (signal, beat) => pipeline(source, beating(beat), hash, { signal }));
  } finally {
    source.destroy();
  }
  return hash.digest("hex");
}

/** For a stream that nobody reads yet: its error waits for the reader instead of ending the process. */
export function keepError(source: Readable): void {
  source.on("error", () => {});
}

/** A local file as a stream, read in chunks that keep a disk busy. */
export function readLocalFile(file: string): Readable {
  return createReadStream(file, { highWaterMark: 256 * 1024 });
}

function beating(beat: () => void): (chunks: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* passOn(chunks) {
    for await (const chunk of chunks) {
      beat();
      yield chunk;
    }
  };
}
