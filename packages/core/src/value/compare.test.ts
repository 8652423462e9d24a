import fc from "fast-check";
import { expect, test } from "vitest";
import { compareValues } from "./compare.ts";
import type { Value } from "./value-type.ts";

const ascending: readonly (readonly Value[])[] = [
  [null, -Infinity, -1, 0, 0.5, 1e300, Infinity, NaN],
  [null, -(2n ** 63n), -1n, 0n, 9_007_199_254_740_992n, 9_007_199_254_740_993n],
  [null, "", "A", "Z", "a", "é", "\uFF5E", "😀"],
  [null, false, true],
  [null, Uint8Array.of(), Uint8Array.of(0), Uint8Array.of(0, 1), Uint8Array.of(1), Uint8Array.of(255)],
];

test.each(ascending.map((values) => ({ values })))("T6 ascending, null lowest: $values", ({ values }) => {
  for (const [i, a] of values.entries())
    for (const [j, b] of values.entries()) expect(Math.sign(compareValues(a, b))).toBe(Math.sign(i - j));
});

test("T6 −0 equals 0", () => {
  expect(compareValues(-0, 0)).toBe(0);
});

test("T6 text compares by its UTF-8 bytes", () => {
  const unit = fc.string({ unit: "binary", maxLength: 4 });
  fc.assert(
    fc.property(unit, unit, (a, b) => {
      expect(Math.sign(compareValues(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});
