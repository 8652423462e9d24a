import type { Value } from "@tesela/core";
import { boundAt, firstBound, firstRow, ttlFrom } from "./bound.ts";
import { oldestFirst } from "./order.ts";
import type { RawOptions, RawRow, RawView } from "./raw-view.ts";
import { foldWindows } from "./windows.ts";

/** What one key has at one instant. */
export interface Answer {
  /** In the order of the features. */
  readonly values: readonly Value[];
  /** The row whose values these are, of attributes; of aggregates whether a window holds a non-null input (TIME T11). */
  readonly match: RawRow | boolean;
}

/** A filter and a fold over the raw events; null instants and bounds before the start have nothing (TIME T1, T5). */
export function answerAt(
  view: RawView,
  events: readonly RawRow[],
  key: RawRow,
  at: bigint | null,
  options: RawOptions,
): Answer {
  const time = (event: RawRow): bigint => event[view.timestampField] as bigint;
  const nothing: Answer = { values: view.features.map(() => null), match: false };
  if (at === null) return nothing;
  const bound = boundAt(view, at, options);
  if (bound < firstBound(view)) return nothing;
  const seen = events.filter((e) => time(e) !== null && time(e) < bound && isSameKey(view, e, key));
  const known = seen.filter((event) => !options.isKnownAt || isKnown(view, event, at)); // T14
  const sorted = known.toSorted(oldestFirst(view));
  if (view.features.some(({ kind }) => kind === "aggregate")) return foldWindows(view, sorted, bound);
  const newest = sorted.findLast((event) => time(event) >= firstRow(view)); // T5, T8
  if (newest === undefined || !isServed(view, time(newest), bound, at, options)) return nothing;
  return { values: view.features.map(({ name }) => newest[name]!), match: newest };
}

/** TIME T7, T11. */
function isServed(
  view: RawView,
  time: bigint,
  bound: bigint,
  at: bigint,
  { maxLookback, maxStaleness }: RawOptions,
): boolean {
  if (view.ttl !== null && bound >= ttlFrom(view, time) + view.ttl) return false;
  return [maxLookback, maxStaleness].every((reach) => reach === null || time >= at - reach);
}

function isSameKey({ joinKeys }: RawView, event: RawRow, key: RawRow): boolean {
  return joinKeys.every((name) => event[name] !== null && event[name] === key[name]); // T9
}

function isKnown({ createdTimestampField: field }: RawView, event: RawRow, at: bigint): boolean {
  const created = event[field!] as bigint | null;
  return created !== null && created <= at;
}
