import { basename } from "node:path";
import { TeselaError } from "@tesela/core";
import type { ParquetFile } from "./footer.ts";

/** How much one Parquet file may claim to hold. */
export interface ParquetLimits {
  readonly maxRows: bigint;
  readonly maxColumns: number;
  readonly maxInflatedBytes: bigint;
  /** Inflated to stored bytes, for files that inflate beyond `maxFreelyInflatedBytes`. */
  readonly maxInflation: bigint;
  readonly maxFreelyInflatedBytes: bigint;
}

/** The limits unless configured. */
export const defaultParquetLimits: ParquetLimits = Object.freeze({
  maxRows: 2_000_000_000n,
  maxColumns: 2_000,
  maxInflatedBytes: 256n * 1024n ** 3n,
  maxInflation: 1_000n,
  maxFreelyInflatedBytes: 64n * 1024n ** 2n,
});

/** Throws `LIMIT_EXCEEDED` or, for claims that cannot be true, `SOURCE_INVALID`. */
export function refuseBeyondLimits(file: ParquetFile, limits: ParquetLimits): void {
  const { rows, columns, inflatedBytes, bytes } = file;
  if (rows < 0n) throw invalid(file, `claims ${rows} rows`);
  if (rows > limits.maxRows) throw exceeded(file, `claims ${rows} rows`, `${limits.maxRows}`);
  if (columns.length > limits.maxColumns)
    throw exceeded(file, `has ${columns.length} columns`, `${limits.maxColumns}`);
  if (inflatedBytes > limits.maxInflatedBytes)
    throw exceeded(file, `inflates to ${inflatedBytes} bytes`, `${limits.maxInflatedBytes}`);
  if (inflatedBytes > limits.maxFreelyInflatedBytes && inflatedBytes > bytes * limits.maxInflation)
    throw exceeded(
      file,
      `inflates from ${bytes} to ${inflatedBytes} bytes`,
      `${limits.maxInflation} times its size`,
    );
}

/** Throws `SOURCE_INVALID` naming a file that has a column as another type than a file before it. */
export function refuseRetypedColumns(files: readonly ParquetFile[]): void {
  const known = new Map<string, { readonly type: string; readonly file: ParquetFile }>();
  for (const file of files) {
    for (const { name, type } of file.columns) {
      const before = known.get(name);
      if (before === undefined) known.set(name, { type, file });
      else if (before.type !== type) {
        const was = `${basename(before.file.path)} has it as ${before.type}`;
        throw invalid(file, `has the column "${name}" as ${type}, but ${was}`);
      }
    }
  }
}

function exceeded(file: ParquetFile, found: string, limit: string): TeselaError {
  const message = `The file "${basename(file.path)}" ${found}; the limit is ${limit}.`;
  const fix = "Split the file, or raise the limit if it is to be trusted.";
  return new TeselaError("LIMIT_EXCEEDED", message, { details: { file: basename(file.path) }, fix });
}

function invalid(file: ParquetFile, found: string): TeselaError {
  const message = `The file "${basename(file.path)}" ${found}.`;
  const fix = "Write the file again, or make a source of its own of it.";
  return new TeselaError("SOURCE_INVALID", message, { details: { file: basename(file.path) }, fix });
}
