import type { Value } from "@tesela/core";
import type { RawRow, RawView } from "./raw-view.ts";

/** The order of values (TIME T6): null lowest, NaN greatest and equal to itself, text by its UTF-8 bytes. */
export function order(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}

/** The order of a view's events, the newest last; of equal times the one that wins last (TIME T8). */
export function oldestFirst(view: RawView): (a: RawRow, b: RawRow) => number {
  const created = view.createdTimestampField === null ? [] : [view.createdTimestampField];
  const names = [view.timestampField, ...created, ...view.columns.map(({ name }) => name)];
  return (a, b) => names.map((name) => order(a[name]!, b[name]!)).find((found) => found !== 0) ?? 0;
}

/** Whether two values, or two lists of them, are the same. */
export function isEqual(a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one: Value, index) => isEqual(one, b[index] as Value));
  }
  return typeof a === typeof b && order(a, b) === 0;
}
