import { join as joinPath } from "node:path";
import { aliased, join, sql, TeselaError, text, type KeyType, type Sql } from "@tesela/core";
import { spineFormatOf } from "@tesela/offline-store";
import type { TaskOptions } from "../engine/engine.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { locateBadValue } from "./bad-value.ts";
import { openCsv } from "./csv.ts";
import { lineError } from "./line-error.ts";
import { openNdjson } from "./ndjson.ts";

/** What is known of the columns of a table before it is read. */
export interface SpineHints {
  readonly keys: readonly { readonly name: string; readonly type: KeyType }[];
  /** The column of instants; `null` where none is named. */
  readonly timestampKey: string | null;
}

/** What opening a table needs of a worker. */
export type SpineContext = Pick<WorkerContext, "engine" | "offlineStore">;

/** A table that a client sent up, as a local Parquet file until it is disposed of. */
export interface OpenedSpine extends AsyncDisposable {
  readonly localPath: string;
}

/** One column of a text file: where its raw value stands, when that is wrong, and what it becomes. */
export interface TextColumn {
  readonly name: string;
  readonly value: Sql;
  /** Why some value cannot be read; `null` where every value can. */
  readonly check: { readonly isBad: Sql; readonly raw: Sql; readonly expected: string } | null;
}

/** A text file as a relation, with its columns typed. */
export interface TextTable {
  /** Something to select from; every row of the file once, in order. */
  readonly relation: Sql;
  readonly columns: readonly TextColumn[];
  /** Rows before the first record, which a header is. */
  readonly headerLines: number;
}

/**
 * Opens a table that a client sent up: Parquet as it is, CSV and NDJSON made Parquet with exact types. Join keys
 * have the types of the hints (`'007'` stays a text), `timestampKey` is an instant (TIME T1), every other column
 * is typed only where each value would print back the same. Throws `VALIDATION` naming the line that is bad.
 */
export async function openSpineTable(
  context: SpineContext,
  path: string,
  hints: SpineHints,
  options: TaskOptions,
): Promise<OpenedSpine> {
  const format = spineFormatOf(path);
  if (format === null) throw new TeselaError("INTERNAL", "The uploaded table is of no known format.");
  const file = await context.offlineStore.open(path, options);
  if (format === "parquet") return file;
  await using _file = file;
  await using stack = new AsyncDisposableStack();
  const scratch = stack.use(await context.offlineStore.createScratch());
  const localPath = joinPath(scratch.directory, "spine.parquet");
  const openText = format === "csv" ? openCsv : openNdjson;
  const table = await openText(context.engine, file.localPath, hints, options);
  await convert(context, { table, from: file.localPath, to: localPath }, options);
  const opened = stack.move();
  return { localPath, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

interface Conversion {
  readonly table: TextTable;
  readonly from: string;
  readonly to: string;
}

/** Small row groups keep what is in memory small; the order is the file's. */
async function convert(
  { engine }: SpineContext,
  { table, from, to }: Conversion,
  options: TaskOptions,
): Promise<void> {
  await locateBadValue(engine, table, from, options);
  const columns = table.columns.map(({ name, value }) => aliased(value, name));
  const copy = sql`copy (
  select ${join(columns)}
  from ${table.relation}
) to ${text(to)} (format parquet, compression snappy, row_group_size 61440)`;
  const run = { files: [from, to], statements: [{ sql: copy.text }] };
  await engine.run(run, options).catch((error: unknown) => {
    throw lineError(error);
  });
}
