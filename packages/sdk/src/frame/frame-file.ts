import type { AsyncBuffer } from "hyparquet";
import { TeselaError } from "@tesela/core";

/** The Parquet file behind a frame, wherever it is. */
export interface FrameFile {
  readonly bytes: AsyncBuffer;
  /** Where it is on disk; `null` in memory. */
  readonly path: string | null;
  copyTo(path: string): Promise<void>;
  remove(): Promise<void>;
}

/** A file in memory: what a browser has. */
export function fileInMemory(content: ArrayBuffer): FrameFile {
  return {
    bytes: content,
    path: null,
    copyTo: async (path) => {
      const { writeFile } = await import("node:fs/promises");
      await writeFile(path, new Uint8Array(content));
    },
    remove: () => Promise.resolve(),
  };
}

/** A file on disk, and how to take it away. Node only. */
export async function fileOnDisk(path: string, remove: () => Promise<void>): Promise<FrameFile> {
  const { copyFile, stat } = await import("node:fs/promises");
  const { size } = await stat(path);
  return {
    bytes: { byteLength: size, slice: (start, end = size) => readSlice(path, start, end) },
    path,
    copyTo: (target) => copyFile(path, target),
    remove,
  };
}

async function readSlice(path: string, start: number, end: number): Promise<ArrayBuffer> {
  const { open } = await import("node:fs/promises");
  const content = new Uint8Array(end - start);
  await using file = await open(path).catch(gone);
  let at = 0;
  while (at < content.length) {
    const { bytesRead } = await file.read(content, at, content.length - at, start + at);
    if (bytesRead === 0) throw new TeselaError("FILE_MISSING", "The frame's file ends too early.");
    at += bytesRead;
  }
  return content.buffer;
}

function gone(cause: unknown): never {
  throw new TeselaError("FILE_MISSING", "The frame's file is gone: the frame was disposed.", { cause });
}
