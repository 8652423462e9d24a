import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectSame, testLaws, valueOf } from "./testing/laws.ts";
import { moderate } from "./testing/values.ts";
import { stddevPop, stddevSamp, varPop, varSamp } from "./variance.ts";

testLaws(varPop, { values: moderate });

test("T6 of none all are null, of one value those of a population are 0 and those of a sample null", () => {
  for (const aggregate of [varPop, varSamp, stddevPop, stddevSamp])
    expect(valueOf(aggregate, "int64", [null])).toBeNull();
  expect([varPop, stddevPop].map((aggregate) => valueOf(aggregate, "float64", [5.5]))).toEqual([0, 0]);
  expect([varSamp, stddevSamp].map((aggregate) => valueOf(aggregate, "float64", [5.5, null]))).toEqual([
    null,
    null,
  ]);
});

test("a population's variance is divided by n, a sample's by n − 1, a deviation is its root", () => {
  const values = [2n, 4n, 4n, 4n, 5n, 5n, 7n, 9n];
  expect(valueOf(varPop, "int64", values)).toBeCloseTo(4, 12);
  expect(valueOf(stddevPop, "int64", values)).toBeCloseTo(2, 12);
  expect(valueOf(varSamp, "int64", values)).toBeCloseTo(32 / 7, 12);
  expect(valueOf(stddevSamp, "int64", values)).toBeCloseTo(Math.sqrt(32 / 7), 12);
});

describe.each([Number.NaN, Infinity, -Infinity])("T6 %s", (value) => {
  test.each([varPop, stddevPop])(
    "makes $name NaN, alone and among others, wherever it stands",
    (aggregate) => {
      for (const values of [[value], [value, 1], [1, value], [1, value, 2, value]])
        expect(valueOf(aggregate, "float64", values)).toBeNaN();
    },
  );
});

test("T6 variance holds to 1e-9 while |mean| / sd <= 1e6", () => {
  expect.hasAssertions();
  const spread = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 50, maxLength: 400 });
  fc.assert(
    fc.property(spread, (offsets) => {
      const exact = exactVariance(offsets);
      fc.pre(exact > 1);
      const mean = 1e6 * Math.sqrt(exact);
      const shift = Math.round(mean * 16) / 16;
      expectSame(
        valueOf(
          varPop,
          "float64",
          offsets.map((offset) => shift + offset),
        ),
        exact,
      );
    }),
    { numRuns: 50 },
  );
});

function exactVariance(offsets: readonly number[]): number {
  const sum = offsets.reduce((a, b) => a + b, 0);
  const squares = offsets.reduce((a, b) => a + b * b, 0);
  return (offsets.length * squares - sum * sum) / offsets.length ** 2;
}
