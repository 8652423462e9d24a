import { basename } from "node:path";
import { quoteLiteral, TeselaError } from "@tesela/core";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import type { RunResult, Statement, TypedColumn, WireValue } from "../engine/protocol.ts";
import { BoundedCache } from "../engine/bounded-cache.ts";
import { textOf } from "./ast.ts";
import { statFile, type FileStat } from "./file-stat.ts";
import { refuseBeyondLimits, refuseRetypedColumns, type ParquetLimits } from "./parquet-limits.ts";
import { maxSourceFiles } from "./paths.ts";

/** What a Parquet file's footer claims, and what the file system says of it. */
export interface ParquetFile extends Pick<FileStat, "path" | "bytes" | "changedAt"> {
  readonly rows: bigint;
  readonly columns: readonly TypedColumn[];
  /** What the file grows to in memory: the larger of its pages inflated and its values at their width. */
  readonly inflatedBytes: bigint;
  /** The program that wrote it, if it says so. */
  readonly createdBy: string | null;
}

/**
 * Reads the footers of one source's files in the cage, data untouched, and refuses what must not be read:
 * `SOURCE_MISSING`, `SOURCE_INVALID` (no Parquet, truncated, a column of two types) or
 * `LIMIT_EXCEEDED`. Each error names the file.
 */
export async function inspectParquet(
  engine: Engine,
  paths: readonly string[],
  limits: ParquetLimits,
  options: TaskOptions = {},
): Promise<readonly ParquetFile[]> {
  const stats = await Promise.all(paths.map(statFile));
  const known = footersOf(engine);
  const unknown = stats.filter((found) => known.get(found.identity) === undefined);
  for (const file of await readFiles(engine, unknown, options)) known.set(file.identity, file);
  const files = stats.map((found) => known.get(found.identity)!);
  files.forEach((file) => refuseBeyondLimits(file, limits));
  refuseRetypedColumns(files);
  return files;
}

/** Footers by the identity of their files: a file that has not changed is not read again. */
const footers = new WeakMap<Engine, BoundedCache<IdentifiedFile>>();
const KEPT_FOOTERS = 2 * maxSourceFiles;

function footersOf(engine: Engine): BoundedCache<IdentifiedFile> {
  const known = footers.get(engine) ?? new BoundedCache<IdentifiedFile>(KEPT_FOOTERS);
  footers.set(engine, known);
  return known;
}

type IdentifiedFile = ParquetFile & Pick<FileStat, "identity">;

async function readFiles(
  engine: Engine,
  stats: readonly FileStat[],
  options: TaskOptions,
): Promise<readonly IdentifiedFile[]> {
  if (stats.length === 0) return [];
  const paths = stats.map(({ path }) => path);
  const statements = paths.flatMap((path) => footerStatements(quoteLiteral(path)));
  const { results } = await readFooters(engine, paths, statements, options);
  return stats.map((found, index) => ({
    ...toParquetFile(found, results.slice(index * 2)),
    identity: found.identity,
  }));
}

async function readFooters(
  engine: Engine,
  paths: readonly string[],
  statements: readonly Statement[],
  options: TaskOptions,
): Promise<RunResult> {
  try {
    return await engine.run({ statements, files: paths }, options);
  } catch (error) {
    throw named(error, paths);
  }
}

// Not every message of the Parquet reader names its file, so the statement that failed does.
function named(error: unknown, paths: readonly string[]): unknown {
  if (!(error instanceof TeselaError) || typeof error.details["statement"] !== "number") return error;
  const path = paths[Math.floor(error.details["statement"] / 2)];
  if (path === undefined) return error;
  const code =
    error.code === "SOURCE_MISSING" || error.code === "LIMIT_EXCEEDED" ? error.code : "SOURCE_INVALID";
  return new TeselaError(code, `The file "${basename(path)}" cannot be read as Parquet: ${error.message}`, {
    details: { file: basename(path) },
    cause: error,
    fix: "Write the file again, or leave it out of the source.",
  });
}

function footerStatements(path: string): readonly Statement[] {
  return [
    { sql: totalsSql(path), rows: true },
    { sql: columnsSql(path), rows: true },
  ];
}

function totalsSql(path: string): string {
  return `
select
  (select num_rows from parquet_file_metadata(${path})),
  (select created_by from parquet_file_metadata(${path})),
  coalesce(sum(greatest(total_uncompressed_size, 0)), 0)::hugeint,
  coalesce(sum(num_values::hugeint * case type
    when 'BOOLEAN' then 1
    when 'INT32' then 4
    when 'FLOAT' then 4
    when 'INT64' then 8
    when 'DOUBLE' then 8
    else 16
  end), 0)::hugeint
from parquet_metadata(${path})`;
}

function columnsSql(path: string): string {
  return `
select column_name, column_type
from (describe select * from read_parquet([${path}], hive_partitioning = false))`;
}

type Rows = readonly (readonly WireValue[])[] | null;

function toParquetFile(
  { path, bytes, changedAt }: FileStat,
  [totals, columns]: readonly (Rows | undefined)[],
): ParquetFile {
  const [rows = null, createdBy = null, inflated = null, values = null] = totals?.[0] ?? [];
  return {
    path,
    bytes,
    changedAt,
    rows: toBigInt(rows),
    columns: (columns ?? []).map(([name, type]) => ({ name: textOf(name), type: textOf(type) })),
    inflatedBytes: toBigInt(inflated) > toBigInt(values) ? toBigInt(inflated) : toBigInt(values),
    createdBy: typeof createdBy === "string" ? createdBy : null,
  };
}

function toBigInt(value: WireValue): bigint {
  return typeof value === "bigint" ? value : 0n;
}
