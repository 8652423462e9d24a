import { expect, test } from "vitest";
import { testLaws, valueOf } from "./testing/laws.ts";
import { count } from "./count.ts";

testLaws(count);

test("T6 a count of none is 0, never null; any type is counted", () => {
  expect(valueOf(count, "int64", [])).toBe(0n);
  expect(count.finalize([null], "int64")).toBe(0n);
  expect(valueOf(count, "float64", [null, Number.NaN, 0])).toBe(2n);
  expect(count.resultType("bytes")).toBe("int64");
});
