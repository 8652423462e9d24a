import { windowRange, type EpochMicros, type Window } from "@tesela/core";
import type { ChunkAddress } from "../store/port.ts";
import { chunksOf, slotAt, type AggregateShape, type Level } from "../value/levels.ts";
import type { SlotRange } from "../value/tile-value.ts";
import { coverOf } from "./cover.ts";

/** Tiles of one chunk that the same windows are made of: they are merged once for all of these. */
export interface Segment extends SlotRange {
  /** Of each of the view's partials, whether some window of the segment needs it. */
  readonly needs: readonly boolean[];
}

/** A chunk that is read, and its segments, ascending. */
export interface ChunkRead {
  readonly level: Level;
  readonly address: ChunkAddress;
  readonly segments: readonly Segment[];
}

/** Which segment of which chunk. */
export interface SegmentPlace {
  readonly chunk: number;
  readonly segment: number;
}

/** Which chunks the aggregates at a bound need, and how their windows are made of them. */
export interface TileRead {
  readonly chunks: readonly ChunkAddress[];
  /** One for each of `chunks`. */
  readonly reads: readonly ChunkRead[];
  /** The segments of each window, ascending by time. */
  readonly windows: readonly (readonly SegmentPlace[])[];
  /** Of each feature its window's place among those; none before the view's start. */
  readonly windowOf: readonly number[];
}

/** The tiles of one chunk that a window is made of. */
interface Part extends SlotRange {
  readonly level: Level;
  readonly address: ChunkAddress;
  readonly name: string;
}

/** Plans the read of the aggregates at a bound from tiles at the given resolutions (TIME T4). */
export function planTileRead(
  shape: AggregateShape,
  levels: readonly Level[],
  boundary: EpochMicros,
): TileRead {
  const windows = new Map(shape.features.map(({ window }) => [nameOf(window), window]));
  const names = [...windows.keys()];
  const windowOf = shape.features.map(({ window }) => names.indexOf(nameOf(window)));
  const needs = names.map((_, window) => needsOf(shape, windowOf, window));
  const parts = [...windows.values()].map((window) => partsOf(window, levels, boundary));
  const chunks = [...new Map(parts.flat().map((part) => [part.name, part])).values()];
  const reads = chunks.map(({ level, address, name }): ChunkRead => {
    const own = parts.map((some) => some.filter((part) => part.name === name));
    return { level, address, segments: segmentsOf(own, needs) };
  });
  const placeOf = new Map(chunks.map(({ name }, place) => [name, place]));
  const places = parts.map((some) =>
    some.flatMap((part) => {
      const chunk = placeOf.get(part.name)!;
      return reads[chunk]!.segments.flatMap(({ first, end }, segment) =>
        first >= part.first && end <= part.end ? [{ chunk, segment }] : [],
      );
    }),
  );
  return { chunks: reads.map(({ address }) => address), reads, windows: places, windowOf };
}

/** Features of the same window share its parts. */
function nameOf(window: Window): string {
  return window.kind === "lifetime" ? "lifetime" : `${window.size}:${window.offset}`;
}

function needsOf(shape: AggregateShape, windowOf: readonly number[], window: number): readonly boolean[] {
  const features = shape.features.filter((_, index) => windowOf[index] === window);
  const needed = new Set(features.flatMap(({ partials }) => partials));
  return shape.partials.map((_, partial) => needed.has(partial));
}

function partsOf(window: Window, levels: readonly Level[], boundary: EpochMicros): readonly Part[] {
  return coverOf(windowRange(window, boundary), levels).flatMap(({ level, range }) =>
    chunksOf(level, range).map((address) => ({
      level,
      address,
      name: `${address.level}:${address.chunk}`,
      first: Math.max(0, slotAt(level, address, range.start)),
      end: slotAt(level, address, range.end),
    })),
  );
}

/** Cuts a chunk where a window begins or ends. */
function segmentsOf(
  parts: readonly (readonly SlotRange[])[],
  needs: readonly (readonly boolean[])[],
): readonly Segment[] {
  const cuts = [...new Set(parts.flat().flatMap(({ first, end }) => [first, end]))].toSorted((a, b) => a - b);
  return cuts.slice(0, -1).flatMap((first, index) => {
    const end = cuts[index + 1]!;
    const own = needs.filter((_, window) =>
      parts[window]!.some((part) => part.first <= first && part.end >= end),
    );
    if (own.length === 0) return [];
    return [{ first, end, needs: own[0]!.map((_, partial) => own.some((one) => one[partial])) }];
  });
}
