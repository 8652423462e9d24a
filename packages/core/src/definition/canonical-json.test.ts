import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

test("keys are sorted at every depth, absent fields are left out, lists keep their order", () => {
  const value = { b: [2, { d: null, c: undefined }, 1], a: { z: "é", y: true } };
  expect(canonicalJson(value)).toBe('{"a":{"y":true,"z":"é"},"b":[2,{"d":null},1]}');
});

test("what canonical JSON prints means the same, and prints the same whatever the order of keys", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const printed = canonicalJson(value);
      expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value))).toBe(printed);
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, field]) => [name, reversed(field)]),
  );
}
