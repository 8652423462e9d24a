import { neededFrom, type CompiledView, type EpochMicros } from "@tesela/core";
import { entityKey } from "../reader/served-view.ts";
import type { ChunkAddress, ChunkWrite, Marker } from "../store/port.ts";
import { decodeAttributes, encodeAttributes } from "../value/attribute-value.ts";
import { ATTRIBUTES, ATTRIBUTES_ALONE, layoutOf } from "../value/layout.ts";
import { newEpoch, storedLevels } from "../value/levels.ts";
import { indexKeys } from "./index-keys.ts";
import { oldestAsked, retainedAfter } from "./kept-from.ts";
import type { KeyRows, PushOptions, PushTarget, StoredRow } from "./key-rows.ts";
import { asked } from "./merge-table.ts";
import { readState } from "./push-commit.ts";
import { tileWrites, touchedChunks } from "./tile-writes.ts";

/** What a push knows of a key: the slots it touched, and the rows that there are now in place of theirs. */
export interface KeySlots extends KeyRows {
  /** Event times, or starts of tiles: what is stored of them goes. */
  readonly touched: readonly EpochMicros[];
}

/** Whether the pushed rows of a key are those of the slots it touched, or all that there are of the key. */
export type StreamPushKind = "slots" | "keys";

/** A push to a stream view, begun. */
export interface StreamPush {
  /** Greater than that of every push before. */
  readonly stamp: bigint;
  /** The platform clock, which is the edge of a stream view (TIME T12). */
  readonly clock: EpochMicros;
  /** The oldest bound that must still find its rows. */
  readonly keptFrom: EpochMicros;
  /** What the store says it holds; `null` before the first push, and after a loss. */
  readonly before: Marker | null;
  /** What tells at the end whether the store has lost anything since the beginning. */
  readonly history: string;
}

/** Begins to bring events to the online store, by what that says it holds. Only one push of a view runs at a time. */
export async function beginStreamPush(
  target: PushTarget,
  stamp: bigint,
  clock: EpochMicros,
): Promise<StreamPush> {
  await target.store.prepareGeneration(target.generation);
  const { marker: before, history } = await readState(target);
  return { stamp, clock, keptFrom: oldestAsked(target, clock, before), before, history };
}

/** Brings the rows, then the marker. Doing it again, also with a greater stamp, ends the same. */
export async function pushStream(
  target: PushTarget,
  push: StreamPush,
  kind: StreamPushKind,
  batches: AsyncIterable<readonly KeySlots[]>,
  options: PushOptions = {},
): Promise<void> {
  const { store, generation } = target;
  const { before, history, stamp, clock, keptFrom } = push;
  const retainedFrom = retainedAfter(before, keptFrom);
  // What is dropped from now on must not be asked for any more.
  if (before !== null) await store.writeMarker(generation, { ...before, retainedFrom }, history);
  let pushed = 0;
  for await (const batch of batches) {
    options.signal?.throwIfAborted();
    await pushBatch(target, push, kind, batch);
    options.onKeys?.((pushed += batch.length));
  }
  options.signal?.throwIfAborted();
  const epoch = before?.epoch ?? newEpoch();
  await store.writeMarker(generation, { commitSeq: stamp, edge: clock, retainedFrom, epoch }, history);
}

async function pushBatch(
  target: PushTarget,
  push: StreamPush,
  kind: StreamPushKind,
  batch: readonly KeySlots[],
): Promise<void> {
  const { store, view, workspaceId, generation } = target;
  const layout = layoutOf(view);
  const keys = batch.map(({ key }) => entityKey(workspaceId, view, key));
  const chunks = batch.map((one) => chunksOfKey(view, push, one));
  const reads = keys.map((key, index) => ({
    generation,
    kind: layout.kind,
    key,
    chunks: chunks[index]!,
  }));
  const stored = kind === "keys" ? [] : await store.read(reads);
  const writes = batch.flatMap((one, index): ChunkWrite[] => {
    const values = stored[index]?.values ?? [];
    return mergedValues(view, push, one, chunks[index]!, values).map((merged) => ({
      key: keys[index]!,
      ...merged,
    }));
  });
  await indexKeys(target, batch, push.keptFrom);
  await store.write(generation, layout.kind, writes);
}

function chunksOfKey(
  view: CompiledView,
  { before }: StreamPush,
  { rows, touched }: KeySlots,
): readonly ChunkAddress[] {
  if (view.shape.kind === "attributes") return ATTRIBUTES_ALONE;
  const levels = storedLevels(view, view.shape, before);
  return touchedChunks(levels, [...touched, ...rows.map(({ time }) => time)]);
}

function mergedValues(
  view: CompiledView,
  push: StreamPush,
  { rows, touched }: KeySlots,
  chunks: readonly ChunkAddress[],
  stored: readonly (Uint8Array | null)[],
): Omit<ChunkWrite, "key">[] {
  const gone = new Set<bigint>([...touched, ...rows.map(({ time }) => time)]);
  const isReplaced = (at: EpochMicros): boolean => gone.has(at);
  if (view.shape.kind === "attributes") {
    const value = mergedAttributes(view, push, isReplaced, rows, stored[0] ?? null);
    return [{ chunk: ATTRIBUTES, value }];
  }
  const scope = { stamp: push.stamp, isReplaced, oldest: neededFrom(view.time, push.keptFrom) };
  return tileWrites(view.shape, storedLevels(view, view.shape, push.before), scope, chunks, stored, rows);
}

function mergedAttributes(
  view: CompiledView,
  { stamp, keptFrom }: StreamPush,
  isReplaced: (at: EpochMicros) => boolean,
  rows: readonly StoredRow[],
  stored: Uint8Array | null,
): Uint8Array {
  const { types } = layoutOf(view);
  const kept = decodeAttributes(stored, types).filter(({ eventTime }) => !isReplaced(eventTime));
  const incoming = rows.map(({ time, cells }) => ({ eventTime: time, commitSeq: stamp, cells }));
  const merged = [...kept, ...incoming].toSorted((a, b) => (a.eventTime < b.eventTime ? -1 : 1));
  return encodeAttributes(stamp, types, asked(view, keptFrom, merged));
}
