import {
  micros,
  startBound,
  windowRange,
  type CompiledView,
  type EpochMicros,
  type PartialValue,
  type Value,
  type Window,
} from "@tesela/core";
import { hidesTile, type Tombstone } from "../deletion/tombstone.ts";
import type { ChunkAddress } from "../store/port.ts";
import { layoutOf } from "../value/layout.ts";
import { chunksOf, chunkStart, slotAt, type AggregateShape, type Level } from "../value/levels.ts";
import { decodeTiles, type PackedTile } from "../value/tile-value.ts";
import { allNull } from "./answer.ts";
import { coverOf, type CoverPart } from "./cover.ts";

/** Which chunks the aggregates at a bound need, and how their windows are made of them. */
export interface TileRead {
  readonly boundary: EpochMicros;
  readonly chunks: readonly ChunkAddress[];
  /** The parts of each window, by its name. */
  readonly covers: ReadonlyMap<string, readonly CoverPart[]>;
}

/** Plans the read of the aggregates at a bound from tiles at the given resolutions (TIME T4). */
export function planTileRead(
  { time }: CompiledView,
  shape: AggregateShape,
  levels: readonly Level[],
  boundary: EpochMicros,
): TileRead {
  if (boundary < startBound(time)) return { boundary, chunks: [], covers: new Map() };
  const covers = new Map(
    shape.features.map(({ window }) => [nameOf(window), coverOf(windowRange(window, boundary), levels)]),
  );
  const chunks = [...covers.values()].flat().flatMap(({ level, range }) => chunksOf(level, range));
  return { boundary, chunks: unique(chunks), covers };
}

/** Features of the same window share its parts. */
function nameOf(window: Window): string {
  return window.kind === "lifetime" ? "lifetime" : `${window.size}:${window.offset}`;
}

function unique(chunks: readonly ChunkAddress[]): ChunkAddress[] {
  return [...new Map(chunks.map((chunk) => [addressOf(chunk), chunk])).values()];
}

function addressOf({ level, chunk }: ChunkAddress): string {
  return `${level}:${chunk}`;
}

/** The aggregates that a planned read gives, rolled up from its chunks in their order (TIME T4, T6). */
export function answerTileRead(
  view: CompiledView,
  shape: AggregateShape,
  read: TileRead,
  stored: readonly (Uint8Array | null)[],
  tombstone: Tombstone | null = null,
): readonly Value[] {
  if (read.boundary < startBound(view.time)) return allNull(view);
  const { types } = layoutOf(view);
  const tiles = new Map(
    read.chunks.map((chunk, index) => [addressOf(chunk), decodeTiles(stored[index] ?? null, types)]),
  );
  const windows = new Map(
    [...read.covers].map(([name, parts]) => [name, parts.flatMap((part) => tilesOf(part, tiles, tombstone))]),
  );
  return shape.features.map((feature) => {
    const covered = windows.get(nameOf(feature.window))!;
    const merged = feature.partials.map((index) => mergeAll(shape, covered, index));
    return feature.aggregate.finalize(merged, feature.input);
  });
}

/** The tiles of a part of a window, ascending. */
function tilesOf(
  { level, range }: CoverPart,
  tiles: ReadonlyMap<string, readonly PackedTile[]>,
  tombstone: Tombstone | null,
): PackedTile[] {
  return chunksOf(level, range).flatMap((chunk) => {
    const first = slotAt(level, chunk, range.start);
    const end = slotAt(level, chunk, range.end);
    const start = chunkStart(level, chunk);
    const isHidden = (slot: number): boolean =>
      hidesTile(tombstone, micros(start + BigInt(slot) * level.interval), level.interval);
    return tiles
      .get(addressOf(chunk))!
      .filter(({ slot }) => slot >= first && slot < end && (tombstone === null || !isHidden(slot)));
  });
}

function mergeAll(shape: AggregateShape, tiles: readonly PackedTile[], index: number): PartialValue {
  const { empty, merge } = shape.partials[index]!;
  return tiles.reduce((merged, tile) => merge(merged, tile.partials[index] ?? null), empty);
}
