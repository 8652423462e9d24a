import { join as joinPath } from "node:path";
import type { RealtimeRead, RetrievalResult, SpineReadPayload } from "@tesela/contract";
import {
  askedFeatures,
  id,
  join,
  pointInTimeSql,
  sql,
  statusCode,
  statusColumn,
  TeselaError,
  type AskedView,
  type Spine,
  type Sql,
} from "@tesela/core";
import type { WorkerContext } from "../worker/worker-context.ts";
import { addRealtime, hiddenPlaces } from "./realtime/add-realtime.ts";
import { misfitSql, refuseMisfits } from "./misfits.ts";
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
  await using opened = await openSpineRead(context, payload, { ...options, isPlan: false });
  const { spine, views, readViews } = opened;
  await using scratch = await context.offlineStore.createScratch();
  const reads = payload.realtime ?? [];
  const path = joinPath(scratch.directory, "result.parquet");
  const shown = shownPlaces(opened, reads);
  const query = { statements: statementsOf(opened, payload, path, shown), path, paths: pathsOf(opened) };
  const { results, columns, rowCount } = await writeResult(context, query, options);
  await Promise.all(views.map((one) => one.checkUnchanged()));
  const counts = results.slice(2, 2 + readViews.length);
  const misfits = results.slice(2 + readViews.length, 2 + 2 * readViews.length);
  const statistics = statisticsOf(
    shown.map((place) => readViews[place]!),
    shown.map((place) => counts[place]!),
  );
  if (payload.onError === "error") refuseMisfits(readViews, misfits);
  if (payload.onMissing === "error") refuseMissing(spine, statistics);
  if (reads.length === 0)
    return { rowCount, columns, statistics, bytes: await storeResult(context, payload, path, options) };
  const joined = { spine, views: readViews, reads, path, rowCount };
  const frame = await addRealtime(context, joined, scratch.directory, options);
  return {
    rowCount: frame.written.rowCount,
    columns: frame.written.columns,
    statistics: { ...statistics, ...frame.statistics },
    bytes: await storeResult(context, payload, frame.path, options),
  };
}

/** The places of the views that the result shows. */
function shownPlaces({ views }: OpenedSpineRead, reads: readonly RealtimeRead[]): readonly number[] {
  const hidden = hiddenPlaces(reads);
  return [...views.keys()].filter((place) => !hidden.has(place));
}

function pathsOf({ spine, views }: OpenedSpineRead): readonly string[] {
  return [spine.path, ...views.flatMap(({ paths }) => paths)];
}

function statementsOf(
  { spine, readViews }: OpenedSpineRead,
  payload: SpineReadPayload,
  path: string,
  shown: readonly number[],
) {
  const numbers = readViews.map((_, index) => index);
  return [
    { sql: sql`create temp table ${JOINED} as ${pointInTimeSql(spine, readViews)}`.text },
    { sql: copySql(frameSql(spine, readViews, payload, shown), path).text },
    ...numbers.map((index) => ({ sql: statusCountsSql(JOINED, index).text, rows: true })),
    ...readViews.map((view, index) => ({ sql: misfitSql(JOINED, view, index).text, rows: true })),
  ];
}

/** What the result holds of the join: its own columns, and with `onMissing: "skip"` the rows that matched. */
function frameSql(
  spine: Spine,
  views: readonly AskedView[],
  { onMissing }: SpineReadPayload,
  shown: readonly number[],
): Sql {
  const columns = [
    ...spine.columns.map(({ name }) => id(name)),
    ...views.flatMap((view) => askedFeatures(view).map(({ column }) => id(column))),
  ];
  const isThere = shown.map((place) => {
    const status = id(statusColumn(place));
    return sql`${status} in (${statusCode("matched")}, ${statusCode("error")})`;
  });
  const condition = onMissing === "skip" && shown.length > 0 ? join(isThere, " and ") : sql`true`;
  return sql`select ${join(columns, ", ")} from ${JOINED} where ${condition}`;
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
