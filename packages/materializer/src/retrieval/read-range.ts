import { join as joinPath } from "node:path";
import type { RangeReadPayload, RetrievalResult } from "@tesela/contract";
import {
  answeredInstants,
  id,
  mergeRanges,
  micros,
  neededByRange,
  rangeReadSql,
  sql,
  statusColumn,
  subtractRanges,
  TeselaError,
  type AskedView,
  type TimeRange,
} from "@tesela/core";
import type { WorkerContext } from "../worker/worker-context.ts";
import { askedViewsOf } from "./asked-views.ts";
import { notMaterialized, type Coverage } from "./coverage.ts";
import { openEntities, type Entities } from "./entities.ts";
import { misfitSql, refuseMisfits } from "./misfits.ts";
import { ALL_FILES, openReadView, readsSource, type OpenedReadView } from "./read-view.ts";
import { copySql, storeResult, writeResult } from "./result.ts";
import type { ReadOptions } from "./run-retrieval.ts";
import { statisticsOf, statusCountsSql } from "./statistics.ts";

const INTERVALS = id("__intervals");

/** A view's values over a range of instants (TIME T15). */
export async function readRange(
  context: WorkerContext,
  payload: RangeReadPayload,
  options: ReadOptions,
): Promise<RetrievalResult> {
  const [asked] = askedViewsOf(payload);
  if (asked === undefined) throw new TeselaError("INTERNAL", "A range read without a view.");
  await using stack = new AsyncDisposableStack();
  const range = await rangeOf(context, asked, payload);
  const opened = stack.use(await openRange(context, asked, payload, range, options));
  const entities =
    payload.entitiesPath === null
      ? null
      : stack.use(await openEntities(context, asked, payload.entitiesPath, options));
  const scratch = stack.use(await context.offlineStore.createScratch());
  const path = joinPath(scratch.directory, "result.parquet");
  const paths = [...opened.paths, ...(entities === null ? [] : [entities.path])];
  const query = { statements: statementsOf(opened, range, entities, path), path, paths };
  const { results, columns, rowCount } = await writeResult(context, query, options);
  await opened.checkUnchanged();
  const [, , counts, misfits] = results;
  if (payload.onError === "error") refuseMisfits([asked], [misfits!]);
  const statistics = statisticsOf([asked], [counts!]);
  return { rowCount, columns, statistics, bytes: await storeResult(context, payload, path, options) };
}

function statementsOf(
  { asked, stored, gaps }: OpenedReadView,
  range: TimeRange,
  entities: Entities | null,
  path: string,
) {
  const intervals = rangeReadSql(
    { ...asked, stored, gaps, isSelective: false },
    range,
    entities?.relation ?? null,
  );
  const frame = sql`select * exclude (${id(statusColumn(0))}) from ${INTERVALS}`;
  return [
    { sql: sql`create temp table ${INTERVALS} as ${intervals}`.text },
    { sql: copySql(frame, path).text },
    { sql: statusCountsSql(INTERVALS, 0).text, rows: true },
    { sql: misfitSql(INTERVALS, asked, 0).text, rows: true },
  ];
}

/** The instants that are asked about and that have answers. */
async function rangeOf(
  { registry }: WorkerContext,
  asked: AskedView,
  payload: RangeReadPayload,
): Promise<TimeRange> {
  const start = payload.start === null ? null : micros(BigInt(payload.start));
  const range = { start, end: micros(BigInt(payload.end)) };
  if (payload.isEndGiven || asked.view.kind === "table" || readsSource(asked, payload))
    return answeredInstants(asked, range, null);
  const at = payload.asOf === null ? {} : { asOf: micros(BigInt(payload.asOf)) };
  const live = await registry.ledger.ranges(Number(payload.views[0]!.generationId), "offline", at);
  return answeredInstants(
    asked,
    range,
    live.map((one) => one.range),
  );
}

function openRange(
  context: WorkerContext,
  asked: AskedView,
  payload: RangeReadPayload,
  range: TimeRange,
  options: ReadOptions,
): Promise<OpenedReadView> {
  const { onUnmaterialized } = payload;
  const request = {
    asked,
    generationId: Number(payload.views[0]!.generationId),
    payload,
    needed: neededByRange(asked, range),
    gapsOf: async (live: readonly TimeRange[], needed: TimeRange) =>
      gapsOf(asked, needed, { live, onUnmaterialized }),
    choice: ALL_FILES,
    isPlan: false,
  };
  return openReadView(context, request, options);
}

/** TIME T12: what a range needs and is not materialized; throws unless it is to become nulls. */
function gapsOf(
  asked: AskedView,
  needed: TimeRange,
  { live, onUnmaterialized }: Coverage,
): readonly TimeRange[] {
  const gaps = subtractRanges(needed, mergeRanges(live));
  if (gaps.length === 0 || onUnmaterialized === "null") return gaps;
  throw notMaterialized("The range needs", asked.view.name, gaps);
}
