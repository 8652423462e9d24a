import { join as joinPath } from "node:path";
import type { ConsistencyPayload, SpineReadPayload } from "@tesela/contract";
import {
  askedFeatures,
  bound,
  deletedKeysSql,
  duckdbTypeOf,
  id,
  join,
  mergeRanges,
  neededFrom,
  pointInTimeSql,
  sql,
  startBound,
  subtractRanges,
  text,
  timestamp,
  type AskedView,
  type DeletedKeys,
  type EpochMicros,
  type KeyValue,
  type ReadView,
  type Spine,
  type Sql,
  type TimeRange,
  type Value,
} from "@tesela/core";
import type { TaskOptions } from "../engine/engine.ts";
import type { WireValue } from "../engine/protocol.ts";
import { deletedKeysOf } from "../job/delete/deleted-keys.ts";
import { notMaterialized } from "../retrieval/coverage.ts";
import { ALL_FILES, openReadView, type OpenedReadView } from "../retrieval/read-view.ts";
import type { WorkerContext } from "../worker/worker-context.ts";

/** A sampled key and its historical features, in the view's order. */
export interface SampledRow {
  readonly key: readonly KeyValue[];
  readonly values: readonly Value[];
}

/** What is sampled of which view, and where its spine is written. */
export interface SampleRequest {
  readonly asked: AskedView;
  readonly payload: ConsistencyPayload;
  readonly at: EpochMicros;
  readonly directory: string;
}

/** A sample: its rows, and the spine whose rows they are. */
export interface Sample {
  readonly spine: Spine;
  readonly rows: readonly SampledRow[];
}

/**
 * Samples keys of the history that the answers at an instant need and reads their historical features. Throws
 * `NOT_MATERIALIZED` where the offline store lacks some of it.
 */
export async function sampleHistory(
  context: WorkerContext,
  request: SampleRequest,
  options: TaskOptions,
): Promise<Sample> {
  const { asked, payload, at, directory } = request;
  const spine = spineOf(asked, joinPath(directory, "sample.parquet"));
  const needed = neededAt(asked, at);
  if (needed === null) return { spine, rows: [] };
  const generationId = Number(payload.views[0]!.generationId);
  const opening = {
    asked,
    generationId,
    payload: readOf(payload, spine),
    needed,
    gapsOf: async (live: readonly TimeRange[]) => refuseGaps(asked, needed, live),
    choice: ALL_FILES,
    isPlan: false,
  };
  await using opened = await openReadView(context, opening, options);
  const hidden = await deletedKeysOf(context.registry, { generationId, view: asked.view, store: "offline" });
  const deleted = { ...hidden, keys: hidden.keys.toReversed().slice(0, deletedShare(payload)) };
  const rows = await readRows(context, request, { opened, spine, deleted }, options);
  await opened.checkUnchanged();
  return { spine, rows };
}

/** How many of the keys that were deleted last are sampled too: none of what they had may be served (TIME T17). */
function deletedShare({ sampleSize }: ConsistencyPayload): number {
  return Math.floor(sampleSize / 10);
}

/** The historical read that a comparison does. */
export function readOf(
  payload: ConsistencyPayload,
  { path, timestampKey }: Pick<Spine, "path" | "timestampKey">,
): SpineReadPayload {
  const { views, fromSource, onUnmaterialized, onError, isInclusive, isKnownAt, asOf, now, resultPath } =
    payload;
  const read = {
    views,
    fromSource,
    onUnmaterialized,
    onError,
    isInclusive,
    isKnownAt,
    asOf,
    now,
    resultPath,
  };
  return { ...read, kind: "spine", spinePath: path, timestampKey, onMissing: "null" };
}

/** The history of an answer; `null` before the view's start, where every answer is null (TIME T5). */
function neededAt({ view: { time }, fences }: AskedView, at: EpochMicros): TimeRange | null {
  const end = bound(time, at, fences);
  return end < startBound(time) ? null : { start: neededFrom(time, end), end };
}

function refuseGaps(
  { view }: AskedView,
  needed: TimeRange,
  live: readonly TimeRange[],
): readonly TimeRange[] {
  const gaps = subtractRanges(needed, mergeRanges(live));
  if (gaps.length > 0) throw notMaterialized("The comparison needs", view.name, gaps);
  return gaps;
}

/** The join keys, and the instant under a name that none of them has. */
function spineOf({ view }: AskedView, path: string): Spine {
  const keys = view.joinKeys.map(({ name, type }) => ({ name, duckdbType: duckdbTypeOf[type] }));
  const longest = Math.max(...keys.map(({ name }) => name.length));
  const timestampKey = "at".padEnd(longest + 1, "_");
  return { path, columns: [...keys, { name: timestampKey, duckdbType: "TIMESTAMP" }], timestampKey };
}

interface OpenSample {
  readonly opened: OpenedReadView;
  readonly spine: Spine;
  readonly deleted: DeletedKeys;
}

async function readRows(
  { engine }: WorkerContext,
  { asked, payload, at }: SampleRequest,
  { opened: { stored, gaps, paths }, spine, deleted }: OpenSample,
  options: TaskOptions,
): Promise<readonly SampledRow[]> {
  const view: ReadView = { ...asked, stored, gaps, isSelective: true };
  const statements = [
    { sql: sampleSql(view, spine, at, { ...payload, deleted }).text },
    { sql: featuresSql(spine, view).text, rows: true },
  ];
  const { results } = await engine.run({ files: [spine.path, ...paths], statements }, options);
  const keyCount = asked.view.joinKeys.length;
  return results[1]!.map((row) => ({
    key: row.slice(0, keyCount) as KeyValue[],
    values: row.slice(keyCount).map(valueOf),
  }));
}

/** Writes the spine: the keys whose hash with the seed is least, in the order of that, and the deleted ones. */
function sampleSql(
  { view, stored }: ReadView,
  { path, timestampKey }: Spine,
  at: EpochMicros,
  { seed, sampleSize, deleted }: ConsistencyPayload & { readonly deleted: DeletedKeys },
): Sql {
  const keys = join(
    view.joinKeys.map(({ name }) => id(name)),
    ", ",
  );
  const bySeed = sql`order by hash(${keys}, ${BigInt(seed)}), ${keys}`;
  const sampled = sql`(
  select ${keys}
  from (${stored})
  group by ${keys}
  ${bySeed}
  limit ${BigInt(sampleSize - deleted.keys.length)}
)`;
  const all = deleted.keys.length === 0 ? sampled : sql`${sampled} union (${deletedKeysSql(deleted)})`;
  return sql`copy (
  select ${keys}, ${timestamp(at)} as ${id(timestampKey)}
  from (${all})
  ${bySeed}
) to ${text(path)} (format parquet)`;
}

function featuresSql(spine: Spine, view: ReadView): Sql {
  const columns = [
    ...view.view.joinKeys.map(({ name }) => name),
    ...askedFeatures(view).map(({ column }) => column),
  ];
  return sql`select ${join(
    columns.map((column) => id(column)),
    ", ",
  )}
from (${pointInTimeSql(spine, [view])})`;
}

/** Wire values of features are values of core: instants are microseconds. */
function valueOf(value: WireValue): Value {
  return value as Value;
}
