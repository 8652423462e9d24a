import { describe, expect, test } from "vitest";
import { approxCountDistinct } from "./approx-count-distinct.ts";
import { distributions } from "./testing/distributions.ts";
import { testLaws, valueOf } from "./testing/laws.ts";

const byDefault = approxCountDistinct.of({});

testLaws(byDefault);

describe.each([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])("precision %i", (precision) => {
  const aggregate = approxCountDistinct.of({ precision });
  const standardError = 1.04 / Math.sqrt(2 ** precision);

  test.each(distributions(3000))("is within four standard errors: $name", ({ values }) => {
    for (const size of [1, 10, 300, 3000]) {
      const some = values.slice(0, size);
      const exact = new Set(some).size;
      const found = Number(valueOf(aggregate, "float64", some));
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(0.5, 4 * standardError * exact));
    }
  });
});

test.each([4, 8, 11])(
  "precision %i: the bias is under a quarter of the standard error where small and large numbers meet",
  (precision) => {
    const aggregate = approxCountDistinct.of({ precision });
    const registers = 2 ** precision;
    const rounds = Math.ceil(8192 / registers);
    for (const load of [0.5, 2.5, 4]) {
      const size = Math.round(load * registers);
      const errors = Array.from({ length: rounds }, (_, round) => {
        const values = Array.from({ length: size }, (_, index) => BigInt(round * size + index));
        return (Number(valueOf(aggregate, "int64", values)) - size) / size;
      });
      const mean = errors.reduce((a, b) => a + b, 0) / rounds;
      const noise = (4 * 1.04) / Math.sqrt(registers * rounds);
      expect(Math.abs(mean)).toBeLessThan(noise + 0.26 / Math.sqrt(registers));
    }
  },
);

test("T6 none is 0; NaN is one value, −0 is 0; integers past 2^53 differ", () => {
  expect(valueOf(byDefault, "string", [null])).toBe(0n);
  expect(byDefault.finalize([null], "string")).toBe(0n);
  expect(valueOf(byDefault, "float64", [Number.NaN, 0, -0, Number.NaN])).toBe(2n);
  expect(valueOf(byDefault, "int64", [9_007_199_254_740_992n, 9_007_199_254_740_993n])).toBe(2n);
  expect(valueOf(byDefault, "string", ["a", "b", "a"])).toBe(2n);
});

test("a precision from 4 to 16 may be given, and nothing else", () => {
  expect(
    [{}, { precision: 4 }, { precision: 16 }].map((options) => approxCountDistinct.problem(options)),
  ).toEqual([null, null, null]);
  expect(approxCountDistinct.problem({ precision: 17 })).toBe(
    "precision must be a whole number from 4 to 16, found 17",
  );
  expect(approxCountDistinct.problem({ n: 2 })).toBe("it takes only precision, found n");
});

test.each([4, 8, 12])(
  "precision %i: a quarter as many values as registers are counted one by one",
  (precision) => {
    const aggregate = approxCountDistinct.of({ precision });
    const most = 2 ** precision / 4;
    const values = Array.from({ length: most }, (_, index) => BigInt(index * 7 - 40));
    const step = Math.ceil(most / 64);
    for (let size = step; size <= most; size += step) {
      expect(valueOf(aggregate, "int64", values.slice(0, size))).toBe(BigInt(size));
    }
  },
);
