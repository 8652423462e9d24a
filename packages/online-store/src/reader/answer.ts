import {
  firstVisible,
  isExpired,
  startBound,
  type CompiledView,
  type EpochMicros,
  type Value,
} from "@tesela/core";
import type { AttributeEntry } from "../value/attribute-value.ts";

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
