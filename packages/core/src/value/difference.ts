import { compareValues } from "./compare.ts";
import type { Scalar, Value } from "./value-type.ts";

/** How an online value differs from the historical one: another value, none where there is one, one where there is none. */
export type Difference = "mismatch" | "missing" | "extra";

/**
 * How an online value differs from the historical one of the same instant (TIME T12); `null`: it does not. Values
 * agree exactly, but for floats that both paths compute, which TIME T6 lets differ by their last digits.
 */
export function differenceOf(online: Value, historical: Value, isComputed: boolean): Difference | null {
  if (online === null || historical === null) {
    if (online === historical) return null;
    return online === null ? "missing" : "extra";
  }
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
