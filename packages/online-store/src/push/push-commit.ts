import { randomUUID } from "node:crypto";
import type { CompiledView, EpochMicros, KeyValue, PartialValue } from "@tesela/core";
import { entityKey } from "../reader/served-view.ts";
import type { ChunkAddress, ChunkWrite, EntityKey, Marker, OnlineStore } from "../store/port.ts";
import { decodeAttributes, encodeAttributes } from "../value/attribute-value.ts";
import type { Cell } from "../value/cell-codec.ts";
import { ATTRIBUTES, chunkOf, chunksOf, chunkStart, layoutOf } from "../value/layout.ts";
import { decodeTiles, encodeTiles } from "../value/tile-value.ts";
import { mergeAttributes, type PushScope } from "./merge-attributes.ts";
import { mergeTiles, oldestTile } from "./merge-tiles.ts";

/** A stored row of a key: its event time or tile start, and its cells in the layout's order. */
export interface StoredRow {
  readonly time: EpochMicros;
  readonly cells: readonly Cell[];
}

/** All rows that a commit has for a key; none where the commit only removes. */
export interface KeyRows {
  readonly key: readonly KeyValue[];
  readonly rows: readonly StoredRow[];
}

/** Where a push goes. */
export interface PushTarget {
  readonly store: OnlineStore;
  readonly view: CompiledView;
  readonly workspaceId: number;
  readonly generation: number;
}

/** A push: its scope, whether stored rows of the range may have to go, and the rows in batches of keys. */
export interface Push {
  readonly scope: PushScope;
  readonly isOverwrite: boolean;
  readonly batches: AsyncIterable<readonly KeyRows[]>;
}

/** What ends a push early, and who is told of the keys pushed so far. */
export interface PushOptions {
  readonly signal?: AbortSignal;
  readonly onKeys?: (pushed: number) => void;
}

/**
 * Brings one commit into the online store, the edge last. Idempotent: repeated after a crash it ends the
 * same, and what a later commit has written stays.
 */
export async function pushCommit(target: PushTarget, push: Push, options: PushOptions = {}): Promise<void> {
  await target.store.prepareGeneration(target.generation);
  const before = await readMarker(target);
  const isFresh = before === null && !push.isOverwrite;
  let pushed = 0;
  for await (const batch of push.batches) {
    options.signal?.throwIfAborted();
    await pushBatch(target, push, batch, isFresh);
    options.onKeys?.((pushed += batch.length));
  }
  options.signal?.throwIfAborted();
  await target.store.writeMarker(target.generation, markerAfter(target.view, push.scope, before));
}

/** How far the online store says a generation is; `null` before the first push. */
export async function readMarker({
  store,
  view,
  workspaceId,
  generation,
}: PushTarget): Promise<Marker | null> {
  const key: EntityKey = { ...entityKey(workspaceId, view, []), bytes: new Uint8Array() };
  const [result] = await store.read([{ generation, kind: layoutOf(view).kind, key, chunks: [] }]);
  return result!.marker;
}

function markerAfter(view: CompiledView, scope: PushScope, before: Marker | null): Marker {
  const from = answeredFrom(view, scope);
  const retained = before?.retainedFrom ?? null;
  return {
    commitSeq: scope.commitSeq,
    edge: scope.edgeAfter,
    retainedFrom: retained !== null && from !== null && retained > from ? retained : from,
    epoch: before?.epoch ?? randomUUID(),
  };
}

/** The oldest bound that still finds its rows: the edge before, unless the push went past bounds between the two. */
function answeredFrom({ time }: CompiledView, { edgeBefore, edgeAfter }: PushScope): EpochMicros | null {
  if (edgeBefore === null || edgeAfter === null) return edgeAfter;
  return edgeAfter - edgeBefore > time.grain ? edgeAfter : edgeBefore;
}

interface KeyChunks extends KeyRows {
  readonly entity: EntityKey;
  readonly chunks: readonly ChunkAddress[];
}

/** Into a fresh generation nothing needs to be read first: all that can be there is this commit's own. */
async function pushBatch(
  target: PushTarget,
  push: Push,
  batch: readonly KeyRows[],
  isFresh: boolean,
): Promise<void> {
  const { store, view, workspaceId, generation } = target;
  const { kind } = layoutOf(view);
  const keys = batch.map((rows): KeyChunks => {
    return {
      ...rows,
      entity: entityKey(workspaceId, view, rows.key),
      chunks: touchedChunks(view, push, rows),
    };
  });
  const reads = keys.map(({ entity, chunks }) => ({ generation, kind, key: entity, chunks }));
  const stored = isFresh ? [] : await store.read(reads);
  const writes = keys.flatMap((key, index) => mergeKey(view, push.scope, key, stored[index]?.values ?? []));
  await store.write(generation, kind, writes);
}

function touchedChunks(view: CompiledView, push: Push, { rows }: KeyRows): readonly ChunkAddress[] {
  if (view.shape.kind === "attributes") return [ATTRIBUTES];
  const { interval } = view.shape;
  if (push.isOverwrite) return chunksOf(askedRange(view, push.scope), interval);
  const chunks = new Map(rows.map(({ time }) => [chunkOf(time, interval).chunk, chunkOf(time, interval)]));
  return [...chunks.values()];
}

function askedRange(view: CompiledView, scope: PushScope): PushScope["range"] {
  const oldest = oldestTile(view, scope);
  const { start, end } = scope.range;
  return { start: oldest !== null && oldest > start ? oldest : start, end };
}

function mergeKey(
  view: CompiledView,
  scope: PushScope,
  { entity, chunks, rows }: KeyChunks,
  stored: readonly (Uint8Array | null)[],
): ChunkWrite[] {
  return chunks.map((chunk, index) => {
    const value =
      view.shape.kind === "attributes"
        ? mergedAttributes(view, scope, rows, stored[index] ?? null)
        : mergedTiles(view, view.shape, scope, chunk, rows, stored[index] ?? null);
    return { key: entity, chunk, value };
  });
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

function mergedTiles(
  view: CompiledView,
  shape: Parameters<typeof mergeTiles>[1],
  scope: PushScope,
  chunk: ChunkAddress,
  rows: readonly StoredRow[],
  stored: Uint8Array | null,
): Uint8Array {
  const { types } = layoutOf(view);
  const start = chunkStart(chunk, shape.interval);
  const incoming = rows
    .filter(({ time }) => chunkOf(time, shape.interval).chunk === chunk.chunk)
    .map(({ time, cells }) => ({
      slot: Number((time - start) / shape.interval),
      partials: cells as readonly PartialValue[],
    }));
  const merged = mergeTiles(view, shape, scope, start, decodeTiles(stored, types), incoming);
  return encodeTiles(scope.commitSeq, types, merged);
}
