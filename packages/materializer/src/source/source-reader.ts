import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import {
  duckdbTypeOf,
  id,
  join,
  pathList,
  sql,
  TeselaError,
  type FileBatchConfig,
  type SourceDefinition,
  type Sql,
} from "@tesela/core";
import type { FileStat } from "../cage/file-stat.ts";
import { inspectParquet, type ParquetFile } from "../cage/footer.ts";
import type { ParquetLimits } from "../cage/parquet-limits.ts";
import { resolveSourceFiles } from "../cage/paths.ts";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import type { TypedColumn } from "../engine/protocol.ts";
import { csvRelation } from "./csv-source.ts";
import { ndjsonRelation } from "./ndjson-source.ts";
import { inspectText } from "./text-file.ts";

/** A file of a source as it was when the source was opened. */
export type SourceFile = Pick<FileStat, "path" | "bytes" | "changedAt">;

/** A source as it is now: exact files that were checked, and a SELECT over them. */
export interface OpenedSource {
  readonly relation: Sql;
  /** Those that every file has. */
  readonly columns: readonly TypedColumn[];
  readonly files: readonly SourceFile[];
  /** As footers state it; `null` of text, which does not tell. */
  readonly rows: number | null;
  /** Columns that only some files have, each with the name of a file that lacks it. */
  readonly partial: ReadonlyMap<string, string>;
}

/** Where sources may lie and how much their files may claim. */
export interface SourceAccess {
  readonly engine: Engine;
  readonly roots: readonly string[];
  readonly limits: ParquetLimits;
}

/**
 * Finds and checks the files of a source; of a stream, those of its batch log. Throws `SOURCE_MISSING`,
 * `SOURCE_INVALID`, `LIMIT_EXCEEDED`.
 */
export async function openSource(
  access: SourceAccess,
  { batch }: SourceDefinition,
  options: TaskOptions = {},
): Promise<OpenedSource> {
  const paths = await resolveSourceFiles(access.roots, batch.path);
  return batch.format === "parquet"
    ? openParquet(access, paths, options)
    : openText(access, batch, paths, options);
}

async function openParquet(
  { engine, limits }: SourceAccess,
  paths: readonly string[],
  options: TaskOptions,
): Promise<OpenedSource> {
  const files = await inspectParquet(engine, paths, limits, options);
  const partial = partialColumns(files);
  const columns = files[0]!.columns.filter(({ name }) => !partial.has(name));
  const selected = partial.size === 0 ? sql`*` : join(columns.map(({ name }) => id(name)));
  const relation = sql`select ${selected} from read_parquet(${pathList(paths)}, hive_partitioning = false)`;
  const rows = files.reduce((sum, file) => sum + Number(file.rows), 0);
  return { relation, columns, files, rows, partial };
}

function partialColumns(files: readonly ParquetFile[]): ReadonlyMap<string, string> {
  const sets = files.map(({ path, columns }) => ({ path, names: new Set(columns.map(({ name }) => name)) }));
  const all = new Set(sets.flatMap(({ names }) => [...names]));
  return new Map(
    [...all].flatMap((name): [string, string][] => {
      const lacking = sets.find(({ names }) => !names.has(name));
      return lacking === undefined ? [] : [[name, basename(lacking.path)]];
    }),
  );
}

async function openText(
  { engine, limits }: SourceAccess,
  { format, columns = [] }: FileBatchConfig,
  paths: readonly string[],
  options: TaskOptions,
): Promise<OpenedSource> {
  const files = await inspectText(paths, limits);
  const relation =
    format === "csv"
      ? await csvRelation(files, columns, limits.maxColumns)
      : await ndjsonRelation(engine, files, columns, options);
  return {
    relation,
    columns: columns.map(({ name, type }) => ({ name, type: duckdbTypeOf[type] })),
    files,
    rows: null,
    partial: new Map(),
  };
}

/** What the files of sources are now, as one text: another one means that something has changed. */
export function fingerprintSources(sources: readonly OpenedSource[]): string {
  const lines = sources.flatMap(({ files }) =>
    files.map(({ path, bytes, changedAt }) => `${path}\0${bytes}\0${changedAt}`),
  );
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

/** Throws `SOURCE_INVALID` naming a file that changed or vanished since it was opened. */
export async function checkUnchanged(sources: readonly OpenedSource[]): Promise<void> {
  for (const { path, bytes, changedAt } of sources.flatMap(({ files }) => files)) {
    const now = await stat(path, { bigint: true }).catch(() => null);
    if (now !== null && now.size === bytes && now.mtimeNs / 1000n === changedAt) continue;
    const what = now === null ? "vanished" : "changed";
    throw new TeselaError("SOURCE_INVALID", `The file "${basename(path)}" ${what} while it was read.`, {
      fix: "Write new files under new names, and run the job again.",
    });
  }
}
