import { join as joinPath } from "node:path";
import type { RetrievalResult, SpineReadPayload } from "@tesela/contract";
import {
  askedFeatures,
  id,
  join,
  pointInTimeSql,
  spineKey,
  sql,
  statusCode,
  statusColumn,
  TeselaError,
  type AskedView,
  type Spine,
  type Sql,
} from "@tesela/core";
import type { WireValue } from "../engine/protocol.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { openSpineRead, type OpenedSpineRead } from "./open-spine-read.ts";
import { copySql, storeResult, writeResult } from "./result.ts";
import type { ReadOptions } from "./run-retrieval.ts";
import { statisticsOf, statusCountsSql } from "./statistics.ts";

const JOINED = id("__joined");

/** Joins a spine to its views: Parquet in, Parquet out, in spine order (TIME T10). */
export async function readSpine(
  context: WorkerContext,
  payload: SpineReadPayload,
  options: ReadOptions,
): Promise<RetrievalResult> {
  await using opened = await openSpineRead(context, payload, options);
  const { spine, views, readViews } = opened;
  await using scratch = await context.offlineStore.createScratch();
  const path = joinPath(scratch.directory, "result.parquet");
  const query = { statements: statementsOf(opened, payload, path), path, paths: pathsOf(opened) };
  const { results, columns, rowCount } = await writeResult(context, query, options);
  await Promise.all(views.map((one) => one.checkUnchanged()));
  const counts = results.slice(2, 2 + readViews.length);
  const misfits = results.slice(2 + readViews.length, 2 + 2 * readViews.length);
  const statistics = statisticsOf(readViews, counts);
  if (payload.onError === "error") refuseMisfits(readViews, misfits);
  if (payload.onMissing === "error") refuseMissing(spine, statistics);
  return { rowCount, columns, statistics, bytes: await storeResult(context, payload, path, options) };
}

function pathsOf({ spine, views }: OpenedSpineRead): readonly string[] {
  return [spine.path, ...views.flatMap(({ paths }) => paths)];
}

function statementsOf({ spine, readViews }: OpenedSpineRead, payload: SpineReadPayload, path: string) {
  const numbers = readViews.map((_, index) => index);
  return [
    { sql: sql`create temp table ${JOINED} as ${pointInTimeSql(spine, readViews)}`.text },
    { sql: copySql(frameSql(spine, readViews, payload), path).text },
    ...numbers.map((index) => ({ sql: statusCountsSql(JOINED, index).text, rows: true })),
    ...readViews.map((view, index) => ({ sql: misfitSql(view, index).text, rows: true })),
  ];
}

/** What the result holds of the join: its own columns, and with `onMissing: "skip"` the rows that matched. */
function frameSql(spine: Spine, views: readonly AskedView[], { onMissing }: SpineReadPayload): Sql {
  const columns = [
    ...spine.columns.map(({ name }) => id(name)),
    ...views.flatMap((view) => askedFeatures(view).map(({ column }) => id(column))),
  ];
  const isThere = views.map((_, index) => {
    const status = id(statusColumn(index));
    return sql`${status} in (${statusCode("matched")}, ${statusCode("error")})`;
  });
  const condition = onMissing === "skip" ? join(isThere, " and ") : sql`true`;
  return sql`select ${join(columns, ", ")} from ${JOINED} where ${condition}`;
}

/** The keys of a row with a value that does not fit its type. */
function misfitSql(asked: AskedView, index: number): Sql {
  const keys = asked.view.joinKeys.map((key) => sql`${id(spineKey(asked, key))}::varchar`);
  return sql`select ${join(keys, ", ")}
from ${JOINED}
where ${id(statusColumn(index))} = ${statusCode("error")}
limit 1`;
}

type Rows = readonly (readonly WireValue[])[];

function refuseMisfits(views: readonly AskedView[], misfits: readonly Rows[]): void {
  for (const [index, asked] of views.entries()) {
    const row = misfits[index]![0];
    if (row === undefined) continue;
    const keys = asked.view.joinKeys.map(({ name }, at) => `${name} ${JSON.stringify(row[at])}`).join(", ");
    throw new TeselaError(
      "VALUE_ERROR",
      `A sum of int64 values of feature view "${asked.view.name}" does not fit an int64, for ${keys}.`,
      { fix: 'Cast the column to double in the transformation, or read with onError: "null".' },
    );
  }
}

function refuseMissing(spine: Spine, statistics: RetrievalResult["statistics"]): void {
  for (const [name, { null: missing, reasons }] of Object.entries(statistics)) {
    const found = missing - (reasons.error ?? 0);
    if (found === 0) continue;
    const why = Object.entries(reasons).map(([reason, count]) => `${count} ${reason.replaceAll("_", " ")}`);
    throw new TeselaError(
      "VALUE_ERROR",
      `${found} spine rows match nothing in "${name}": ${why.join(", ")} (by ${spine.timestampKey}).`,
      { fix: 'Read with onMissing: "null" or "skip", or explain one of the rows.' },
    );
  }
}
