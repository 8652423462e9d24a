import fc from "fast-check";
import { expect, test } from "vitest";
import { changes } from "../oracle/changes.ts";
import { NO_OPTIONS, type RawOptions, type RawRow, type RawView } from "../oracle/raw-view.ts";
import { answerAt, type Answer } from "../oracle/answer.ts";
import { named } from "../oracle/oracle.ts";
import { rangeOracle, VALID_FROM, VALID_TO } from "../oracle/range.ts";
import { isSameRow } from "../conformance/case/compare.ts";
import { caseArbitrary } from "../conformance/generate/case-arbitrary.ts";

/** Instants around everything that can happen to a case, and the microseconds beside them. */
function instantsOf(view: RawView, events: readonly RawRow[], options: RawOptions): fc.Arbitrary<bigint> {
  const known = [0n, view.start, ...changes(view, events, options)];
  return fc
    .tuple(fc.constantFrom(...known), fc.integer({ min: -2, max: 2 }))
    .map(([at, off]) => at + BigInt(off));
}

test("T15: a range read joined to a spine by _valid_from <= T < _valid_to equals the spine read", () => {
  const asked = caseArbitrary.chain(({ case: one }) =>
    fc.record({ one: fc.constant(one), at: instantsOf(one.view, one.events, one.options), key: fc.nat() }),
  );
  const property = fc.property(asked, ({ one: { view, events, options }, at, key }) => {
    const range = { start: at - 10n ** 13n, end: at + 10n ** 13n };
    const rows = rangeOracle(view, events, range, options);
    const someKey = events[key % Math.max(1, events.length)] ?? {};
    const answer = answerAt(view, events, someKey, at, options);
    const isOfKey = (row: RawRow): boolean => view.joinKeys.every((name) => row[name] === someKey[name]);
    const found = rows.filter(
      (row) => isOfKey(row) && (row[VALID_FROM] as bigint) <= at && at < (row[VALID_TO] as bigint),
    );
    expect(found.length).toBe(answer.match === false ? 0 : 1);
    for (const row of found) expect(isSameRow(view, named(view, answer.values), row)).toBe(true);
  });
  fc.assert(property, { numRuns: 500 });
});

test("adding events of other keys, or not before the bound, never changes an answer", () => {
  const property = fc.property(caseArbitrary, caseArbitrary, ({ case: one }, { case: other }) => {
    if (one.question.kind === "range") return;
    const { view, events, question, options } = one;
    const future = events.map((row) => ({ ...row, [view.timestampField]: 10n ** 16n }));
    const strangers = [...events, ...other.events].map((row) => ({
      ...Object.fromEntries(view.columns.map(({ name }) => [name, row[name] ?? null])),
      [view.joinKeys[0]!]:
        view.columns.find(({ name }) => name === view.joinKeys[0])!.type === "int64" ? 77n : "77",
    }));
    const ask = (with_: readonly RawRow[]): readonly Answer["values"][] =>
      question.rows.map(
        (row) => answerAt(view, with_, row, row[question.timestampKey] as bigint | null, options).values,
      );
    expect(ask([...future, ...strangers, ...events])).toEqual(ask(events));
  });
  fc.assert(property, { numRuns: 200 });
});

test("a read without fences is one with fences that do nothing", () => {
  const property = fc.property(caseArbitrary, ({ case: { view, events, question } }) => {
    if (question.kind === "range") return;
    const wide = { ...NO_OPTIONS, embargo: 0n, maxLookback: 10n ** 18n, maxStaleness: 10n ** 18n };
    for (const row of question.rows) {
      const at = row[question.timestampKey] as bigint | null;
      expect(answerAt(view, events, row, at, wide)).toEqual(answerAt(view, events, row, at, NO_OPTIONS));
    }
  });
  fc.assert(property, { numRuns: 200 });
});
