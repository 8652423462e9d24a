import { compareValues, type Value } from "@tesela/core";
import { fold } from "./fold.ts";
import type { RawRow, RawView } from "./raw-view.ts";

/**
 * What the law of time (docs: TIME) says about a batch view: for each spine row a filter and a fold over the
 * raw events. It knows no tiles, ranges or SQL, and shares no arithmetic of time with the product.
 */
export function oracle(
  view: RawView,
  events: readonly RawRow[],
  spine: readonly RawRow[],
  timestampKey: string,
): RawRow[] {
  return spine.map((row) => {
    const values = answer(view, events, row, row[timestampKey] as bigint | null);
    return Object.fromEntries(view.features.map(({ name }, index) => [name, values[index] ?? null]));
  });
}

function answer(view: RawView, events: readonly RawRow[], row: RawRow, at: bigint | null): Value[] {
  const { schedule, start, ttl } = view;
  const time = (event: RawRow): bigint => event[view.timestampField] as bigint;
  if (at === null) return [];
  const bound = down(at - view.dataDelay, schedule); // T3
  if (bound < down(start, schedule)) return []; // T5
  const firstWindow = down(start, schedule) - schedule; // T13
  const seen = events.filter((e) => time(e) !== null && time(e) < bound && isSameKey(view, e, row));
  const best = seen.toSorted((a, b) => compareValues(time(b), time(a)) || tie(view, a, b)); // T8
  const newest = best.find((event) => time(event) >= firstWindow); // T5
  const isGone = newest && ttl !== null && bound >= down(time(newest), schedule) + schedule + ttl; // T7
  const counted = best.filter(
    (event, index) => !best.slice(0, index).some((e) => isSameEvent(view, e, event)),
  );
  return view.features.map((feature) => {
    if (feature.kind === "attribute") return newest && !isGone ? newest[feature.name]! : null;
    const end = bound + feature.offset; // T4
    const [from, until] =
      feature.window === "lifetime"
        ? [view.lifetimeStart ?? firstWindow, bound]
        : [end - feature.window, end];
    const inside = counted.filter((event) => time(event) >= from && time(event) < until);
    const values = inside.map((event) => event[feature.column]!).filter((value) => value !== null); // T6
    return fold(feature.function, values);
  });
}

function down(instant: bigint, grid: bigint): bigint {
  return instant - (((instant % grid) + grid) % grid); // T2
}

function isSameKey(view: RawView, event: RawRow, row: RawRow): boolean {
  return view.joinKeys.every((key) => event[key] !== null && event[key] === row[key]); // T9
}

function tie(view: RawView, a: RawRow, b: RawRow): number {
  const created = view.createdTimestampField === null ? [] : [view.createdTimestampField];
  const names = [...created, ...view.columns.map(({ name }) => name)];
  return names.map((name) => compareValues(b[name]!, a[name]!)).find((order) => order !== 0) ?? 0;
}

function isSameEvent({ eventIdField: id, timestampField }: RawView, a: RawRow, b: RawRow): boolean {
  return id !== null && a[id] !== null && a[id] === b[id] && a[timestampField] === b[timestampField];
}
