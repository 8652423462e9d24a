import type { Value } from "@tesela/core";
import { boundAt, firstBound } from "../oracle/bound.ts";
import { order } from "../oracle/order.ts";
import { VALID_FROM, VALID_TO } from "../oracle/range.ts";
import type { RawFeature, RawRow } from "../oracle/raw-view.ts";
import type { Case } from "../conformance/case/case.ts";

/** The case as a range read over all instants of its spine, without what only a spine has. */
export function asRange(one: Case): Case {
  const instants = instantsOf(one).toSorted(order);
  const [start, end] = [instants[0] ?? 0n, (instants.at(-1) ?? 0n) + 1n];
  return { ...asPlain(one), question: { kind: "range", start, end } };
}

/** The case with the options that a spine and a range both have. */
export function asPlain(one: Case): Case {
  return { ...one, options: { ...one.options, onMissing: "null" } };
}

function instantsOf({ question }: Case): readonly bigint[] {
  if (question.kind === "range") return [];
  return question.rows.map((row) => row[question.timestampKey] as bigint | null).filter((at) => at !== null);
}

/** TIME T15: rows of a range joined to the spine; an instant without a row stands for the empty answer. */
export function joinedToSpine(one: Case, range: readonly RawRow[]): readonly RawRow[] {
  const { question, view, options } = one;
  if (question.kind === "range") return [];
  return question.rows.map((row) => {
    const at = row[question.timestampKey] as bigint | null;
    const found = range.filter(
      (interval) =>
        at !== null &&
        view.joinKeys.every((key) => interval[key] === row[key]) &&
        (interval[VALID_FROM] as bigint) <= at &&
        at < (interval[VALID_TO] as bigint),
    );
    if (found.length > 1) throw new Error("Two intervals of one key overlap.");
    const isBefore = at === null || boundAt(view, at, options) < firstBound(view);
    const [interval] = found;
    const values = view.features.map((feature): [string, Value] => {
      const empty = isBefore ? null : emptyValue(feature);
      return [feature.name, interval === undefined ? empty : interval[feature.name]!];
    });
    return Object.fromEntries(values);
  });
}

/** TIME T6. */
function emptyValue(feature: RawFeature): Value {
  if (feature.kind === "attribute") return null;
  if (feature.function === "count" || feature.function === "approxCountDistinct") return 0n;
  return feature.n === null ? null : [];
}
