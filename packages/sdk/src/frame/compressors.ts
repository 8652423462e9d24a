import type * as NodeZlib from "node:zlib";
import type { Compressors as Decompressors } from "hyparquet";
import type { ParquetWriteOptions } from "hyparquet-writer";

/** How to compress what is written. */
export interface Compression {
  readonly codec: "ZSTD" | "SNAPPY";
  readonly compressors: NonNullable<ParquetWriteOptions["compressors"]>;
}

type Zlib = typeof NodeZlib;

/** zstd where the platform has it, which is Node; else snappy. */
export async function compression(): Promise<Compression> {
  const zlib = await nativeZlib();
  if (zlib === null) return { codec: "SNAPPY", compressors: {} };
  return { codec: "ZSTD", compressors: { ZSTD: (input) => zlib.zstdCompressSync(input) } };
}

/** Every codec of Parquet, those that the platform has by the platform. */
export async function decompressors(): Promise<Decompressors> {
  const [{ compressors }, zlib] = await Promise.all([import("hyparquet-compressors"), nativeZlib()]);
  return zlib === null ? compressors : { ...compressors, ZSTD: (input) => zlib.zstdDecompressSync(input) };
}

async function nativeZlib(): Promise<Zlib | null> {
  if (typeof process !== "object" || process.versions?.node === undefined) return null;
  const zlib = await import("node:zlib");
  return typeof zlib.zstdCompressSync === "function" ? zlib : null;
}
