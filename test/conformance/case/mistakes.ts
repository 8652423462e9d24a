import { DROPPED } from "../../oracle/oracle.ts";
import type { RawRow } from "../../oracle/raw-view.ts";
import type { Mistake } from "../result.ts";
import type { Case } from "./case.ts";
import { isSameRow, printRow } from "./compare.ts";
import { featureTypes } from "./feature-type.ts";
import { mergedIntervals, sortedIntervals } from "./intervals.ts";
import { rangeTypes } from "./parse-expectation.ts";

/** What is wrong about the rows that a case was answered: none of those that are dropped, or all of a range. */
export function rowMistakes(one: Case, got: readonly RawRow[]): Mistake[] {
  if (one.expect.kind === "failure") return [{ row: null, expected: "a failure", got: "rows" }];
  return one.expect.kind === "range"
    ? rangeMistakes(one, one.expect.rows, got)
    : spineMistakes(one, one.expect.rows, got);
}

/** The spine rows that must come back, in order. */
export function keptRows({ expect, question }: Case): readonly number[] {
  if (expect.kind !== "spine" || question.kind !== "spine") return [];
  return [...question.rows.keys()].filter((row) => expect.rows[row] !== DROPPED);
}

function spineMistakes(
  one: Case,
  expected: readonly (RawRow | typeof DROPPED)[],
  got: readonly RawRow[],
): Mistake[] {
  const kept = keptRows(one);
  if (kept.length !== got.length) {
    return [{ row: null, expected: `${kept.length} rows`, got: `${got.length} rows` }];
  }
  return kept.flatMap((row, index) => featureMistakes(one, expected[row]!, got[index]!, row));
}

/** What features of a spine row are not as expected. */
export function featureMistakes(
  { view }: Case,
  expected: RawRow | typeof DROPPED,
  got: RawRow,
  row: number,
): Mistake[] {
  if (expected !== DROPPED && isSameRow(view, expected, got)) return [];
  const types = featureTypes(view);
  return [{ row, expected: printRow(types, expected), got: printRow(types, got) }];
}

function rangeMistakes(one: Case, expected: readonly RawRow[], got: readonly RawRow[]): Mistake[] {
  const types = rangeTypes(one.view, one.keys);
  const [wanted, found] = [expected, got].map((rows) => sortedIntervals(one, mergedIntervals(one, rows)));
  const length = Math.max(wanted!.length, found!.length);
  return Array.from({ length }, (_, row) => row).flatMap((row) => {
    const [a, b] = [wanted![row], found![row]];
    if (a !== undefined && b !== undefined && isSameRow(one.view, a, b)) return [];
    const print = (interval: RawRow | undefined): string =>
      interval === undefined ? "no more rows" : printRow(types, interval);
    return [{ row, expected: print(a), got: print(b) }];
  });
}
