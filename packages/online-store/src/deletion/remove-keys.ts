import { micros, type DeletedKey, type DeletedKeys } from "@tesela/core";
import { readMarker } from "../push/push-commit.ts";
import type { PushOptions, PushTarget } from "../push/key-rows.ts";
import { tileWrites, type TileWrite } from "../push/tile-writes.ts";
import { entityKey } from "../reader/served-view.ts";
import { indexKey, memberOf, wildcardPlace } from "../reader/serving-index.ts";
import type { ChunkAddress, ChunkWrite, IndexRemoval } from "../store/port.ts";
import { decodeAttributes, encodeAttributes } from "../value/attribute-value.ts";
import { ByteReader } from "../value/byte-reader.ts";
import { readHeader } from "../value/header.ts";
import { layoutOf } from "../value/layout.ts";
import { storedLevels, type Level } from "../value/levels.ts";
import { TOMBSTONE } from "./tombstone.ts";

const KEYS_PER_BATCH = 100;

/**
 * Removes what is stored of deleted keys from before their deletion: rows, tiles that begin before it, and what
 * coarser tiles have of them. Doing it again changes nothing; what a push has replaced meanwhile is left to it.
 */
export async function removeKeys(
  target: PushTarget,
  { keys }: DeletedKeys,
  { signal, onKeys }: PushOptions = {},
): Promise<void> {
  const { view } = target;
  const { shape } = view;
  const levels = shape.kind === "attributes" ? [] : storedLevels(view, shape, await readMarker(target));
  for (let at = 0; at < keys.length; at += KEYS_PER_BATCH) {
    signal?.throwIfAborted();
    const batch = keys.slice(at, at + KEYS_PER_BATCH);
    await removeBatch(target, levels, batch);
    onKeys?.(at + batch.length);
  }
}

async function removeBatch(
  target: PushTarget,
  levels: readonly Level[],
  batch: readonly DeletedKey[],
): Promise<void> {
  const { store, view, workspaceId, generation } = target;
  const { kind } = layoutOf(view);
  const keys = batch.map(({ key }) => entityKey(workspaceId, view, key));
  const listed = await store.listChunks(generation, kind, keys);
  const chunks = listed.map((some) => some.filter(({ level }) => level !== TOMBSTONE.level));
  const stored = await store.read(
    keys.map((key, index) => ({ generation, kind, key, chunks: chunks[index]! })),
  );
  const writes = batch.flatMap((one, index): ChunkWrite[] => {
    const values = stored[index]!.values;
    const left = isAttributes(target)
      ? leftAttributes(target, one, chunks[index]!, values)
      : leftTiles(target, levels, one, chunks[index]!, values);
    return left.map((write) => ({ key: keys[index]!, ...write }));
  });
  await store.write(generation, kind, writes);
  await store.removeMembers(
    generation,
    batch.flatMap((one) => removalsOf(target, one)),
  );
}

/** Out of its view's index a key goes unless something later has come. */
function removalsOf({ view, workspaceId }: PushTarget, { key, before }: DeletedKey): IndexRemoval[] {
  const place = wildcardPlace(view);
  if (place === null) return [];
  const index = indexKey(workspaceId, view, place, key.toSpliced(place, 1));
  return [{ key: index, member: memberOf(key[place]!), before }];
}

function isAttributes({ view }: PushTarget): boolean {
  return view.shape.kind === "attributes";
}

type Values = readonly (Uint8Array | null)[];

function leftAttributes(
  { view }: PushTarget,
  { before }: DeletedKey,
  chunks: readonly ChunkAddress[],
  values: Values,
): TileWrite[] {
  const { types } = layoutOf(view);
  return chunks.flatMap((chunk, index) => {
    const value = values[index] ?? null;
    if (value === null) return [];
    const entries = decodeAttributes(value, types);
    const left = entries.filter(({ eventTime }) => eventTime >= before);
    if (left.length === entries.length) return [];
    return [{ chunk, value: encodeAttributes(stampOf(value), types, left) }];
  });
}

function leftTiles(
  { view }: PushTarget,
  levels: readonly Level[],
  { before }: DeletedKey,
  chunks: readonly ChunkAddress[],
  values: Values,
): TileWrite[] {
  if (view.shape.kind === "attributes" || chunks.length === 0) return [];
  const stamp = values.reduce((most, value) => {
    const own = value === null ? 0n : stampOf(value);
    return own > most ? own : most;
  }, 0n);
  const scope = { stamp, isReplaced: (at: bigint) => at < before, oldest: micros(before) };
  return tileWrites(view.shape, levels, scope, chunks, values, []);
}

function stampOf(value: Uint8Array): bigint {
  return readHeader(new ByteReader(value)).stamp;
}
