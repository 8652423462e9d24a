import { expect, test } from "vitest";
import { testLaws, valueOf } from "./testing/laws.ts";
import { min } from "./min.ts";

testLaws(min);

test("T6 the least value: null of none, NaN only among NaNs, text by its bytes", () => {
  expect(valueOf(min, "float64", [null])).toBeNull();
  expect(valueOf(min, "float64", [Number.NaN, 2])).toBe(2);
  expect(valueOf(min, "float64", [Number.NaN, null])).toBeNaN();
  expect(valueOf(min, "string", ["a", "B"])).toBe("B");
  expect(min.resultType("bool")).toBeNull();
});
