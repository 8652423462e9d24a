import { expect, test } from "vitest";
import { testLaws, valueOf } from "./testing/laws.ts";
import { sum } from "./sum.ts";

testLaws(sum);

test("T6 a sum of none is null, a sum of zero is not", () => {
  expect(valueOf(sum, "int64", [])).toBeNull();
  expect(valueOf(sum, "int64", [null])).toBeNull();
  expect(valueOf(sum, "int64", [3n, -3n])).toBe(0n);
  expect(valueOf(sum, "float64", [0.5, -0.5])).toBe(0);
});

test("T6 a sum of int64 is exact, also when it leaves the range on its way, and refuses to overflow", () => {
  const [least, greatest] = [-(2n ** 63n), 2n ** 63n - 1n];
  expect(valueOf(sum, "int64", [greatest, greatest, -greatest])).toBe(greatest);
  expect(valueOf(sum, "int64", [9_007_199_254_740_993n, 2n])).toBe(9_007_199_254_740_995n);
  expect(() => valueOf(sum, "int64", [greatest, 1n])).toThrow("does not fit an int64");
  expect(() => valueOf(sum, "int64", [least, -1n])).toThrow(expect.objectContaining({ code: "VALUE_ERROR" }));
});

test("T6 NaN is a value, opposite infinities sum to NaN", () => {
  expect(valueOf(sum, "float64", [1, Number.NaN])).toBeNaN();
  expect(valueOf(sum, "float64", [Infinity, -Infinity])).toBeNaN();
  expect(valueOf(sum, "float64", [Infinity, 1])).toBe(Infinity);
});

test("a text has no sum", () => {
  expect(["string", "bool", "timestamp", "bytes"].map((type) => sum.resultType(type as "string"))).toEqual([
    null,
    null,
    null,
    null,
  ]);
});
