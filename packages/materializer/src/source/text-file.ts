import { basename } from "node:path";
import { TeselaError } from "@tesela/core";
import { statFile, type FileStat } from "../cage/file-stat.ts";
import type { ParquetLimits } from "../cage/parquet-limits.ts";

/** A file of text: nothing is known of it but what the file system says. */
export type TextFile = FileStat;

/** Looks at files of text. Throws `SOURCE_MISSING`, or `LIMIT_EXCEEDED` for one that is too large. */
export async function inspectText(
  paths: readonly string[],
  { maxInflatedBytes }: ParquetLimits,
): Promise<readonly TextFile[]> {
  const files = await Promise.all(paths.map(statFile));
  for (const { path, bytes } of files) {
    if (bytes > maxInflatedBytes) throw exceeded(path, `has ${bytes} bytes`, maxInflatedBytes);
  }
  return files;
}

/** Throws `LIMIT_EXCEEDED` for a file of too many columns. */
export function refuseWide(path: string, columns: number, maxColumns: number): void {
  if (columns > maxColumns) throw exceeded(path, `has ${columns} columns`, maxColumns);
}

/** A declared column that a file does not have, or not exactly once; `found` is what it has, where known. */
export function missingColumn(path: string, column: string, found: readonly string[] | null): TeselaError {
  const what = found?.includes(column) === true ? `has the column "${column}" more than once` : lacks(column);
  const has = found === null ? "" : ` It has: ${found.join(", ")}.`;
  return new TeselaError("SOURCE_INVALID", `The file "${basename(path)}" ${what}.${has}`, {
    details: { file: basename(path), column },
    fix: "Write the file with the column, or declare the source without it.",
  });
}

function lacks(column: string): string {
  return `has no column "${column}"`;
}

function exceeded(path: string, found: string, limit: bigint | number): TeselaError {
  const message = `The file "${basename(path)}" ${found}; the limit is ${limit}.`;
  const fix = "Split the file, or raise the limit if it is to be trusted.";
  return new TeselaError("LIMIT_EXCEEDED", message, { details: { file: basename(path) }, fix });
}
