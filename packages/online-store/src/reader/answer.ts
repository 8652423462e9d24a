import {
  firstVisible,
  isExpired,
  micros,
  startBound,
  windowRange,
  type CompiledView,
  type DurationMicros,
  type EpochMicros,
  type PartialValue,
  type Value,
  type ViewShape,
} from "@tesela/core";
import type { AttributeEntry } from "../value/attribute-value.ts";

/** A tile of one key: its start and its partials. */
export interface Tile {
  readonly start: EpochMicros;
  readonly partials: readonly PartialValue[];
}

/** The shape of a view that keeps tiles. */
export type AggregateShape = Extract<ViewShape, { kind: "aggregates" }>;

/** The features' values that are all null: before the start (TIME T5) and before the first job (TIME T12). */
export function allNull(view: CompiledView): Value[] {
  return view.shape.features.map(() => null);
}

/**
 * The attributes at a bound: the newest row before it (TIME T3, T8), unless it is older than the view's
 * first window (TIME T5) or its ttl is over (TIME T7). `entries` ascend by event time.
 */
export function answerAttributes(
  view: CompiledView,
  entries: readonly AttributeEntry[],
  boundary: EpochMicros,
): readonly Value[] {
  if (boundary < startBound(view.time)) return allNull(view);
  const newest = entries.findLast(({ eventTime }) => eventTime < boundary);
  if (newest === undefined || newest.eventTime < firstVisible(view.time)) return allNull(view);
  return isExpired(view.time, newest.eventTime, boundary) ? allNull(view) : newest.cells;
}

/** The aggregates at a bound, rolled up from tiles that ascend by start (TIME T4, T6). */
export function answerAggregates(
  view: CompiledView,
  shape: AggregateShape,
  tiles: readonly Tile[],
  boundary: EpochMicros,
): readonly Value[] {
  if (boundary < startBound(view.time)) return allNull(view);
  return shape.features.map((feature) => {
    const { start, end } = windowRange(feature.window, boundary);
    const covered = tiles.filter((tile) => tile.start >= start && tile.start < end);
    const merged = feature.partials.map((index) => mergeAll(shape, covered, index));
    return feature.aggregate.finalize(merged, feature.input);
  });
}

function mergeAll(shape: AggregateShape, tiles: readonly Tile[], index: number): PartialValue {
  const { empty, merge } = shape.partials[index]!;
  return tiles.reduce((merged, tile) => merge(merged, tile.partials[index] ?? null), empty);
}

/** The start of a tile from its place in a chunk. */
export function tileStart(chunkStart: EpochMicros, slot: number, interval: DurationMicros): EpochMicros {
  return micros(chunkStart + BigInt(slot) * interval);
}
