import type { AggregateName } from "./aggregate.ts";
import { compareValues } from "../value/compare.ts";
import type { Scalar, Value } from "../value/value-type.ts";

/** How an online value differs from the historical one: another value, none where there is one, one where there is none. */
export type Difference = "mismatch" | "missing" | "extra";

/** Functions whose floats are computed, not copied from an event (TIME T6). */
const COMPUTED: ReadonlySet<AggregateName> = new Set([
  "sum",
  "mean",
  "varPop",
  "varSamp",
  "stddevPop",
  "stddevSamp",
  "approxPercentile",
]);

/**
 * How an online value differs from the historical one of the same instant (TIME T12); `null`: it does not. Values
 * agree exactly, but for floats that both paths compute, which TIME T6 lets differ by their last digits; an attribute
 * has no function.
 */
export function differenceOf(
  online: Value,
  historical: Value,
  computedBy: AggregateName | null,
): Difference | null {
  if (online === null || historical === null) {
    if (online === historical) return null;
    return online === null ? "missing" : "extra";
  }
  const isComputed = computedBy !== null && COMPUTED.has(computedBy);
  return isSame(online, historical, isComputed) ? null : "mismatch";
}

function isSame(a: NonNullable<Value>, b: NonNullable<Value>, isComputed: boolean): boolean {
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((one, index) => isSame(one, b[index]!, isComputed));
  if (isList(a) || isList(b)) return false;
  if (typeof a === "number" && typeof b === "number" && isComputed && areClose(a, b)) return true;
  return compareValues(a, b) === 0;
}

function isList(value: NonNullable<Value>): value is readonly Scalar[] {
  return Array.isArray(value);
}

/** TIME T6. */
function areClose(a: number, b: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}
