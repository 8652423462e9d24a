import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeKey } from "./key.ts";
import type { KeyValue } from "./value-type.ts";

const hex = (values: readonly KeyValue[]): string => Buffer.from(encodeKey(values)).toString("hex");

test("T9 int64 keys are exact past 2^53", () => {
  expect(hex([9_007_199_254_740_992n])).not.toBe(hex([9_007_199_254_740_993n]));
  expect(hex([-1n])).toBe("01ffffffffffffffff");
});

test("T9 '007' is not '7', a text is no number and no bytes", () => {
  expect(new Set([hex(["007"]), hex(["7"]), hex([7n]), hex([Uint8Array.of(55)])]).size).toBe(4);
});

test("T9 ('1','23') and ('12','3') differ", () => {
  expect(hex(["1", "23"])).not.toBe(hex(["12", "3"]));
});

test("T9 different keys have different bytes", () => {
  const part = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ maxLength: 3 }),
    fc.uint8Array({ maxLength: 3 }),
  );
  const key = fc.array(part, { maxLength: 3 });
  const print = (values: readonly KeyValue[]): string =>
    values
      .map(
        (value) =>
          `${typeof value}:${value instanceof Uint8Array ? [...value].join(" ") : JSON.stringify(String(value))}`,
      )
      .join("|");
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(hex(a) === hex(b)).toBe(print(a) === print(b));
    }),
  );
});
