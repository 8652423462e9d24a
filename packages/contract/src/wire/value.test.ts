import { micros, VALUE_TYPES, type Value, type ValueType } from "@tesela/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeKeyValue, decodeValue, encodeValue } from "./value.ts";

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const values: Readonly<Record<ValueType, fc.Arbitrary<Value>>> = {
  int64,
  float64: fc.double().map((value) => (Object.is(value, -0) ? 0 : value)),
  string: fc.string({ unit: "binary" }),
  bool: fc.boolean(),
  timestamp: fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }).map(micros),
  bytes: fc.uint8Array(),
};

test.each(VALUE_TYPES)("%s goes through JSON and back unchanged, null too", (type) => {
  fc.assert(
    fc.property(fc.option(values[type]), (value) => {
      const wire: unknown = JSON.parse(JSON.stringify(encodeValue(value, type)));
      expect(decodeValue(wire, type)).toEqual(value);
    }),
  );
});

test("int64 travels as text, exact past 2^53; safe JSON numbers are read too", () => {
  expect(encodeValue(9007199254740993n, "int64")).toBe("9007199254740993");
  expect(decodeValue(7, "int64")).toBe(7n);
});

test("NaN and infinities travel as text", () => {
  expect([NaN, Infinity, -Infinity].map((value) => encodeValue(value, "float64"))).toEqual([
    "NaN",
    "Infinity",
    "-Infinity",
  ]);
});

test.each<[unknown, ValueType]>([
  ["9223372036854775808", "int64"],
  [2 ** 53, "int64"],
  [1.5, "int64"],
  ["1.5", "int64"],
  ["1", "float64"],
  [1, "string"],
  ["true", "bool"],
  ["soon", "timestamp"],
  ["a===", "bytes"],
  [{}, "string"],
  [undefined, "int64"],
])("%j is no %s: refused with what was expected", (wire, type) => {
  expect(() => decodeValue(wire, type, "joinKeys.a")).toThrow(/^joinKeys\.a is .*, expected /);
});

test("a key is never null (TIME T9)", () => {
  expect(() => decodeKeyValue(null, "string", "joinKeys.origin")).toThrow("joinKeys.origin is null");
  expect(decodeKeyValue("007", "string", "joinKeys.origin")).toBe("007");
});
