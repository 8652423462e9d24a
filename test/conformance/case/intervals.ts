import { VALID_FROM, VALID_TO } from "../../oracle/range.ts";
import { order } from "../../oracle/order.ts";
import type { RawRow, RawView } from "../../oracle/raw-view.ts";
import type { Case } from "./case.ts";
import { isSameValue } from "./compare.ts";
import { featureTypes } from "./feature-type.ts";

/** Rows of a range read by key and time. */
export function sortedIntervals({ view }: Pick<Case, "view">, rows: readonly RawRow[]): RawRow[] {
  const columns = [...view.joinKeys, VALID_FROM];
  return rows.toSorted(
    (a, b) => columns.map((name) => order(a[name]!, b[name]!)).find((found) => found !== 0) ?? 0,
  );
}

/**
 * Rows of a range read in which neighbours that differ by no more than two paths may (TIME T6) are one: whether two
 * sums of doubles are equal depends on the order of adding. Nothing but aggregates of doubles is merged.
 */
export function mergedIntervals({ view }: Pick<Case, "view">, rows: readonly RawRow[]): RawRow[] {
  if (!foldsDoubles(view)) return [...rows];
  const merged: RawRow[] = [];
  for (const row of sortedIntervals({ view }, rows)) {
    const last = merged.at(-1);
    if (last !== undefined && continues(last, row))
      merged.splice(-1, 1, { ...last, [VALID_TO]: row[VALID_TO]! });
    else merged.push(row);
  }
  return merged;
}

function foldsDoubles(view: RawView): boolean {
  const types = featureTypes(view);
  return view.features.some(({ kind, name }) => kind === "aggregate" && types.get(name) === "float64");
}

function continues(before: RawRow, after: RawRow): boolean {
  if (before[VALID_TO] !== after[VALID_FROM]) return false;
  const { [VALID_FROM]: _from, [VALID_TO]: _to, ...same } = after;
  return Object.entries(same).every(([name, value]) => isSameValue(value, before[name]!));
}
