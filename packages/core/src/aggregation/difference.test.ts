import { expect, test } from "vitest";
import { differenceOf } from "./difference.ts";

test("T12 equal values do not differ: nulls, NaN, both zeros, bytes and lists included", () => {
  for (const value of [null, 0n, 1.5, Number.NaN, "a", true, new Uint8Array([1, 0]), [1n, 2n], []])
    expect(differenceOf(value, structuredClone(value), null)).toBeNull();
  expect(differenceOf(-0, 0, null)).toBeNull();
});

test("T12 a value is missing online, extra online, or another one", () => {
  expect(differenceOf(null, 0n, null)).toBe("missing");
  expect(differenceOf(0n, null, null)).toBe("extra");
  expect(differenceOf(0n, 1n, null)).toBe("mismatch");
  expect(differenceOf([1n], [1n, 2n], null)).toBe("mismatch");
  expect(differenceOf(new Uint8Array([1]), new Uint8Array([2]), null)).toBe("mismatch");
});

test("T6 floats that both paths compute may differ by 1e-9 of the greater, others not at all", () => {
  expect(differenceOf(0.1 + 0.2, 0.3, "sum")).toBeNull();
  expect(differenceOf(0.1 + 0.2, 0.3, null)).toBe("mismatch");
  expect(differenceOf(0.1 + 0.2, 0.3, "last")).toBe("mismatch");
  expect(differenceOf(1e12 + 1_001, 1e12, "sum")).toBe("mismatch");
  expect(differenceOf(Number.POSITIVE_INFINITY, 1, "sum")).toBe("mismatch");
  expect(differenceOf(Number.NaN, 1, "sum")).toBe("mismatch");
});
