import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { pathList, sql, TeselaError, type BatchSourceDefinition, type Sql } from "@tesela/core";
import { inspectParquet, type ParquetFile } from "../cage/footer.ts";
import type { ParquetLimits } from "../cage/parquet-limits.ts";
import { resolveSourceFiles } from "../cage/paths.ts";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import type { TypedColumn } from "../engine/protocol.ts";

/** A source as it is now: exact files whose footers were checked. */
export interface OpenedSource {
  readonly relation: Sql;
  readonly columns: readonly TypedColumn[];
  readonly files: readonly ParquetFile[];
}

/** Where sources may lie and how much their files may claim. */
export interface SourceAccess {
  readonly engine: Engine;
  readonly roots: readonly string[];
  readonly limits: ParquetLimits;
}

/** Finds and checks the files of a source. Throws `SOURCE_MISSING`, `SOURCE_INVALID`, `LIMIT_EXCEEDED`. */
export async function openSource(
  { engine, roots, limits }: SourceAccess,
  source: BatchSourceDefinition,
  options: TaskOptions = {},
): Promise<OpenedSource> {
  const paths = await resolveSourceFiles(roots, source.batch.path);
  const files = await inspectParquet(engine, paths, limits, options);
  return { relation: relationSql(paths), columns: files[0]!.columns, files };
}

function relationSql(paths: readonly string[]): Sql {
  return sql`select * from read_parquet(${pathList(paths)}, hive_partitioning = false)`;
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
