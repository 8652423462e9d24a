import { expect, test } from "vitest";
import { differenceOf } from "./difference.ts";

test("T12 equal values do not differ: nulls, NaN, both zeros, bytes and lists included", () => {
  for (const value of [null, 0n, 1.5, Number.NaN, "a", true, new Uint8Array([1, 0]), [1n, 2n], []])
    expect(differenceOf(value, structuredClone(value), false)).toBeNull();
  expect(differenceOf(-0, 0, false)).toBeNull();
});

test("T12 a value is missing online, extra online, or another one", () => {
  expect(differenceOf(null, 0n, false)).toBe("missing");
  expect(differenceOf(0n, null, false)).toBe("extra");
  expect(differenceOf(0n, 1n, false)).toBe("mismatch");
  expect(differenceOf([1n], [1n, 2n], false)).toBe("mismatch");
  expect(differenceOf(new Uint8Array([1]), new Uint8Array([2]), false)).toBe("mismatch");
});

test("T6 floats that both paths compute may differ by 1e-9 of the greater, others not at all", () => {
  expect(differenceOf(0.1 + 0.2, 0.3, true)).toBeNull();
  expect(differenceOf(0.1 + 0.2, 0.3, false)).toBe("mismatch");
  expect(differenceOf(1e12 + 1_001, 1e12, true)).toBe("mismatch");
  expect(differenceOf(Number.POSITIVE_INFINITY, 1, true)).toBe("mismatch");
  expect(differenceOf(Number.NaN, 1, true)).toBe("mismatch");
});
