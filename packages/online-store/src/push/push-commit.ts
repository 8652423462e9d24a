import { neededFrom, type CompiledView, type EpochMicros } from "@tesela/core";
import { entityKey } from "../reader/served-view.ts";
import type { ChunkAddress, ChunkWrite, GenerationState, Marker, PushedMarker } from "../store/port.ts";
import { decodeAttributes, encodeAttributes } from "../value/attribute-value.ts";
import { ATTRIBUTES, ATTRIBUTES_ALONE, layoutOf } from "../value/layout.ts";
import {
  chunksOf,
  chunkStart,
  newEpoch,
  storedLevels,
  type AggregateShape,
  type Level,
} from "../value/levels.ts";
import { eachBatch } from "./each-batch.ts";
import { indexKeys } from "./index-keys.ts";
import type { KeyRows, PushOptions, PushTarget, StoredRow } from "./key-rows.ts";
import { mergeAttributes, type PushScope } from "./merge-attributes.ts";
import { tileWrites, touchedChunks, type TileScope } from "./tile-writes.ts";

/** A push: its scope, whether stored rows of the range may have to go, and the rows in batches of keys, each key in one. */
export interface Push {
  /** What the store held when it began: what it has lost since then is noticed at the end. */
  readonly begun: GenerationState;
  readonly scope: PushScope;
  readonly isOverwrite: boolean;
  readonly batches: AsyncIterable<readonly KeyRows[]>;
}

/**
 * Brings one commit into the online store, the edge last. Idempotent: repeated after a crash it ends the
 * same, and what a later commit has written stays.
 */
export async function pushCommit(target: PushTarget, push: Push, options: PushOptions = {}): Promise<void> {
  await target.store.prepareGeneration(target.generation);
  const { marker: before, history } = push.begun;
  const plan = planOf(target, push, before);
  let pushed = 0;
  await eachBatch(push.batches, async (batch) => {
    options.signal?.throwIfAborted();
    await pushBatch(target, plan, batch);
    options.onKeys?.((pushed += batch.length));
  });
  options.signal?.throwIfAborted();
  await target.store.writeMarker(target.generation, markerAfter(target.view, push.scope, before), history);
}

/** What the online store holds of a generation, before a push begins. */
export async function readState({
  store,
  generation,
}: Pick<PushTarget, "store" | "generation">): Promise<GenerationState> {
  const [state] = await store.states([generation]);
  return state!;
}

/** How far the online store says a generation is; `null` before the first push, and after a loss. */
export async function readMarker(target: Pick<PushTarget, "store" | "generation">): Promise<Marker | null> {
  return (await readState(target)).marker;
}

function markerAfter(view: CompiledView, scope: PushScope, before: Marker | null): PushedMarker {
  const from = answeredFrom(view, scope);
  const retained = before?.retainedFrom ?? null;
  return {
    commitSeq: scope.commitSeq,
    edge: scope.edgeAfter,
    retainedFrom: retained !== null && from !== null && retained > from ? retained : from,
    epoch: before?.epoch ?? newEpoch(),
  };
}

/** The oldest bound that still finds its rows: the edge before, unless the push went past bounds between the two. */
function answeredFrom({ time }: CompiledView, { edgeBefore, edgeAfter }: PushScope): EpochMicros | null {
  if (edgeBefore === null || edgeAfter === null) return edgeAfter;
  return edgeAfter - edgeBefore > time.grain ? edgeAfter : edgeBefore;
}

/** What all keys of a push share: without levels it is one of attributes. */
interface PushPlan {
  readonly push: Push;
  readonly shape: AggregateShape | null;
  readonly levels: readonly Level[];
  /** Into a fresh generation nothing needs to be read first: all that can be there is this commit's own. */
  readonly isFresh: boolean;
}

function planOf({ view }: PushTarget, push: Push, before: Marker | null): PushPlan {
  const isFresh = before === null && !push.isOverwrite;
  const shape = view.shape.kind === "attributes" ? null : view.shape;
  return { push, shape, levels: shape === null ? [] : storedLevels(view, shape, before), isFresh };
}

async function pushBatch(target: PushTarget, plan: PushPlan, batch: readonly KeyRows[]): Promise<void> {
  const { store, view, workspaceId, generation } = target;
  const { kind } = layoutOf(view);
  const keys = batch.map((rows) => entityKey(workspaceId, view, rows.key));
  const chunks = batch.map((rows) => chunksOfKey(view, plan, rows));
  const reads = keys.map((key, index) => ({ generation, kind, key, chunks: chunks[index]! }));
  const stored = plan.isFresh ? [] : await store.read(reads);
  const writes = batch.flatMap(({ rows }, index): ChunkWrite[] => {
    const values = stored[index]?.values ?? [];
    const merged =
      plan.shape === null
        ? [{ chunk: ATTRIBUTES, value: mergedAttributes(view, plan.push.scope, rows, values[0] ?? null) }]
        : tileWrites(plan.shape, plan.levels, tileScope(view, plan.push.scope), chunks[index]!, values, rows);
    return merged.map((one) => ({ key: keys[index]!, ...one }));
  });
  const { edgeBefore, edgeAfter } = plan.push.scope;
  await indexKeys(target, batch, edgeBefore ?? edgeAfter);
  await store.write(generation, kind, writes);
}

function chunksOfKey(
  view: CompiledView,
  { push, levels }: PushPlan,
  { rows }: KeyRows,
): readonly ChunkAddress[] {
  const [finest] = levels;
  if (finest === undefined) return ATTRIBUTES_ALONE;
  const touched = push.isOverwrite
    ? chunksOf(finest, askedRange(view, push.scope)).map((chunk) => chunkStart(finest, chunk))
    : rows.map(({ time }) => time);
  return touchedChunks(levels, touched);
}

function askedRange(view: CompiledView, scope: PushScope): PushScope["range"] {
  const oldest = oldestTile(view, scope);
  const { start, end } = scope.range;
  return { start: oldest !== null && oldest > start ? oldest : start, end };
}

function tileScope(view: CompiledView, scope: PushScope): TileScope {
  const { start, end } = scope.range;
  return {
    stamp: scope.commitSeq,
    isReplaced: (at) => at >= start && at < end,
    oldest: oldestTile(view, scope),
  };
}

/** Tiles before this instant are asked for by no bound from the edge before on; `null` while all may be. */
function oldestTile(view: CompiledView, { edgeBefore, edgeAfter }: PushScope): EpochMicros | null {
  const oldest = edgeBefore ?? edgeAfter;
  return oldest === null ? null : neededFrom(view.time, oldest);
}

function mergedAttributes(
  view: CompiledView,
  scope: PushScope,
  rows: readonly StoredRow[],
  stored: Uint8Array | null,
): Uint8Array {
  const { types } = layoutOf(view);
  const incoming = rows.map(({ time, cells }) => ({ eventTime: time, commitSeq: scope.commitSeq, cells }));
  const merged = mergeAttributes(view, scope, decodeAttributes(stored, types), incoming);
  return encodeAttributes(scope.commitSeq, types, merged);
}
