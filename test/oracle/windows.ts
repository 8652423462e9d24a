import type { Value } from "@tesela/core";
import { lifetimeFrom } from "./bound.ts";
import { fold } from "./fold.ts";
import type { RawAggregate, RawRow, RawView } from "./raw-view.ts";

/** The aggregates over visible events of one key, oldest first, and whether a window holds a non-null input. */
export function foldWindows(
  view: RawView,
  sorted: readonly RawRow[],
  bound: bigint,
): { readonly values: readonly Value[]; readonly match: boolean } {
  const once = sorted.filter((event, index) => !isRepeated(view, event, sorted.slice(index + 1)));
  const aggregates = view.features.filter((feature) => feature.kind === "aggregate");
  const inputs = aggregates.map((one) => inputsOf(one, view, once, bound));
  const values = aggregates.map((one, index) => fold(one, inputs[index]!));
  return { values, match: inputs.some(({ length }) => length > 0) };
}

/** The non-null inputs of a window (TIME T4, T6). */
function inputsOf(
  { column, window, offset }: RawAggregate,
  view: RawView,
  sorted: readonly RawRow[],
  bound: bigint,
): Value[] {
  const end = window === "lifetime" ? bound : bound + offset;
  const start = window === "lifetime" ? lifetimeFrom(view) : end - window;
  const time = (event: RawRow): bigint => event[view.timestampField] as bigint;
  const inside = sorted.filter((event) => time(event) >= start && time(event) < end);
  return inside.map((event) => event[column]!).filter((value) => value !== null);
}

/** TIME T8: of the rows of one event the one that wins is counted, which stands last. */
function isRepeated(
  { eventIdField: id, timestampField }: RawView,
  a: RawRow,
  later: readonly RawRow[],
): boolean {
  if (id === null || a[id] === null) return false;
  return later.some((b) => a[id] === b[id] && a[timestampField] === b[timestampField]);
}
