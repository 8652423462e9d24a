import { join as joinPath } from "node:path";
import type { RangeReadPayload, RetrievalResult } from "@tesela/contract";
import {
  bound,
  firstInstantOf,
  floor,
  id,
  join,
  mergeRanges,
  micros,
  neededFrom,
  rangeReadSql,
  sql,
  startBound,
  subtractRanges,
  TeselaError,
  text,
  type AskedView,
  type EpochMicros,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import { inspectParquet } from "../cage/footer.ts";
import { openSpineTable } from "../spine/open-spine.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { askedViewsOf } from "./asked-views.ts";
import { notMaterialized } from "./coverage.ts";
import { openReadView, readsSource } from "./read-view.ts";
import { copySql, storeResult, writeResult } from "./result.ts";
import type { ReadOptions } from "./run-retrieval.ts";
import { checkKeys } from "./spine-file.ts";

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
  const opened = stack.use(
    await openReadView(
      context,
      {
        asked,
        generationId: Number(payload.views[0]!.generationId),
        payload,
        needed: neededOf(asked, range),
        gapsOf: async (live, needed) => refuseGaps(asked, live, needed),
      },
      options,
    ),
  );
  const entities =
    payload.entitiesPath === null
      ? null
      : stack.use(await openEntities(context, asked, payload.entitiesPath, options));
  await using scratch = await context.offlineStore.createScratch();
  const path = joinPath(scratch.directory, "result.parquet");
  const stored = entities === null ? opened.stored : ofEntitiesSql(asked, opened.stored, entities.localPath);
  const query = rangeReadSql({ ...asked, stored, gaps: [], isSelective: false }, range);
  const paths = [...opened.paths, ...(entities === null ? [] : [entities.localPath])];
  const statements = [{ sql: copySql(query, path).text }];
  const { columns, rowCount } = await writeResult(context, { statements, path, paths }, options);
  await opened.checkUnchanged();
  return { rowCount, columns, statistics: {}, bytes: await storeResult(context, payload, path, options) };
}

/** The instants that are asked about and that have answers: from the start (TIME T5) to what is materialized. */
async function rangeOf(
  { registry }: WorkerContext,
  asked: AskedView,
  payload: RangeReadPayload,
): Promise<TimeRange> {
  const { time, kind } = asked.view;
  const first = firstInstantOf(time, startBound(time), asked.fences);
  const start = payload.start === null ? first : later(micros(BigInt(payload.start)), first);
  const end = micros(BigInt(payload.end));
  if (payload.isEndGiven || kind === "table" || readsSource(asked, payload))
    return { start, end: later(start, end) };
  const at = payload.asOf === null ? {} : { asOf: micros(BigInt(payload.asOf)) };
  const live = await registry.ledger.ranges(Number(payload.views[0]!.generationId), "offline", at);
  const run = mergeRanges(live.map(({ range }) => range)).findLast((one) => one.end > start);
  if (run === undefined) return { start, end: start };
  const answerable = firstInstantOf(time, micros(floor(run.end, time.grain) + time.grain), asked.fences);
  return { start, end: later(start, answerable < end ? answerable : end) };
}

function later(a: EpochMicros, b: EpochMicros): EpochMicros {
  return a > b ? a : b;
}

/** The history that answers in a range need; `null` where there are none. */
function neededOf({ view: { time }, fences }: AskedView, range: TimeRange): TimeRange | null {
  if (range.start >= range.end) return null;
  const first = later(bound(time, range.start, fences), startBound(time));
  const last = bound(time, micros(range.end - 1n), fences);
  return last < first ? null : { start: neededFrom(time, first), end: last };
}

function refuseGaps(asked: AskedView, live: readonly TimeRange[], needed: TimeRange): readonly TimeRange[] {
  const gaps = subtractRanges(needed, mergeRanges(live));
  if (gaps.length === 0) return [];
  throw notMaterialized("The range needs", asked.view.name, gaps);
}

async function openEntities(
  context: WorkerContext,
  asked: AskedView,
  path: string,
  options: ReadOptions,
): Promise<Awaited<ReturnType<typeof openSpineTable>>> {
  const table = await openSpineTable(
    context,
    path,
    { keys: asked.view.joinKeys, timestampKey: null },
    options,
  );
  const [file] = await inspectParquet(context.engine, [table.localPath], context.spineLimits, options);
  checkKeys(asked, file!.columns, "entities");
  return table;
}

function ofEntitiesSql({ view }: AskedView, stored: Sql, entities: string): Sql {
  const keys = join(
    view.joinKeys.map(({ name }) => id(name)),
    ", ",
  );
  return sql`select * from (${stored})
semi join (select ${keys} from read_parquet(${text(entities)}, hive_partitioning = false)) using (${keys})`;
}
