import { describe, expect, test } from "vitest";
import { approxPercentile } from "./approx-percentile.ts";
import { distributions } from "./testing/distributions.ts";
import { testLaws, valueOf } from "./testing/laws.ts";

testLaws(approxPercentile.of({ percentile: 0.5 }));

const median = approxPercentile.of({ percentile: 0.5 });

describe.each([20, 21, 32, 33, 64, 65, 100, 128, 200, 256, 257, 500])("precision %i", (precision) => {
  test.each(distributions(1000))("is within 1 / precision of the exact answer: $name", ({ values }) => {
    const sorted = values.toSorted((a, b) => a - b);
    for (const percentile of [0, 0.01, 0.25, 0.5, 0.9, 0.999, 1]) {
      const exact = sorted[Math.floor(percentile * (sorted.length - 1))]!;
      const found = valueOf(approxPercentile.of({ percentile, precision }), "float64", values) as number;
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) / precision);
    }
  });
});

test("T6 of none is null; of int64 a double", () => {
  expect(valueOf(median, "int64", [null])).toBeNull();
  expect(valueOf(median, "int64", [0n, 0n, 7n])).toBe(0);
  expect(median.resultType("int64")).toBe("float64");
  expect(median.resultType("string")).toBeNull();
});

test("T6 −∞ is the least, then negative numbers, zero, positive ones, ∞, and NaN the greatest", () => {
  const values = [Number.NaN, 2, Infinity, -0, -2, -Infinity];
  const at = (percentile: number): unknown =>
    valueOf(approxPercentile.of({ percentile, precision: 500 }), "float64", values);
  expect([0, 0.2, 0.4, 0.6, 0.8, 1].map(at)).toEqual([
    -Infinity,
    expect.closeTo(-2, 2),
    0,
    expect.closeTo(2, 2),
    Infinity,
    Number.NaN,
  ]);
});

test("a percentile from 0 to 1 is needed, a precision from 20 to 500 may be given", () => {
  expect(approxPercentile.problem({ percentile: 0 })).toBeNull();
  expect(approxPercentile.problem({ percentile: 1, precision: 500 })).toBeNull();
  expect(approxPercentile.problem({})).toBe("percentile must be a number from 0 to 1, found none");
  expect(approxPercentile.problem({ percentile: 1.1 })).toContain("found 1.1");
  expect(approxPercentile.problem({ percentile: Number.NaN })).toContain("found NaN");
  expect(approxPercentile.problem({ percentile: 1, precision: 19 })).toContain("from 20 to 500, found 19");
  expect(approxPercentile.problem({ percentile: 1, n: 3 })).toContain("found n");
});
