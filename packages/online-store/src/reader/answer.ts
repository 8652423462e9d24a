import { isExpired, type CompiledView, type EpochMicros, type Value } from "@tesela/core";
import type { AttributeRow } from "../value/attribute-value.ts";

/** The features' values that are all null: before the start (TIME T5) and before the first job (TIME T12). */
export function allNull(view: CompiledView): Value[] {
  return view.shape.features.map(() => null);
}

/**
 * The attributes at a bound from the newest row before it (TIME T3, T8), unless that is older than the view's first
 * window (TIME T5) or its ttl is over (TIME T7).
 */
export function answerAttributes(
  view: CompiledView,
  newest: AttributeRow | null,
  boundary: EpochMicros,
  oldestVisible: EpochMicros,
): readonly Value[] {
  if (newest === null || newest.eventTime < oldestVisible) return allNull(view);
  return isExpired(view.time, newest.eventTime, boundary) ? allNull(view) : newest.cells;
}
