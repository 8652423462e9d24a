import { expect, test } from "vitest";
import { testLaws, valueOf } from "./testing/laws.ts";
import { mean } from "./mean.ts";

testLaws(mean);

test("T6 a mean of none is null, of int64 a double", () => {
  expect(valueOf(mean, "int64", [null])).toBeNull();
  expect(valueOf(mean, "int64", [1n, null, 2n])).toBe(1.5);
  expect(mean.resultType("int64")).toBe("float64");
  expect(mean.resultType("timestamp")).toBeNull();
});

test("T6 a mean of int64 does not overflow where its sum would", () => {
  const greatest = 2n ** 63n - 1n;
  expect(valueOf(mean, "int64", [greatest, greatest])).toBe(Number(greatest));
});
