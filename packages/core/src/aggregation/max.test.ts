import { expect, test } from "vitest";
import { testLaws, valueOf } from "./testing/laws.ts";
import { max } from "./max.ts";

testLaws(max);

test("T6 the greatest value: null of none, NaN before infinity, text by its bytes", () => {
  expect(valueOf(max, "float64", [null])).toBeNull();
  expect(valueOf(max, "float64", [Infinity, Number.NaN])).toBeNaN();
  expect(valueOf(max, "string", ["\uFF5E", "😀"])).toBe("😀");
  expect(valueOf(max, "timestamp", [-1n, -2n])).toBe(-1n);
});
