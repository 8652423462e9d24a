import fc from "fast-check";
import { expect, test } from "vitest";
import { printJson } from "./json-printer.ts";

/** What a client reads of it. */
function sent(value: unknown): string {
  const { text, encoding, length } = printJson(value);
  const bytes = Buffer.from(text, encoding);
  expect(bytes).toHaveLength(length);
  return bytes.toString("utf8");
}

const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, value);
  return view.getFloat64(0);
});
const decimal = fc
  .tuple(fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }), fc.integer({ min: 0, max: 9 }))
  .map(([digits, places]) => digits / 10 ** places);
const number = fc.oneof(bits, decimal, fc.double(), fc.integer());

test("numbers are printed as JSON.stringify prints them, whatever their bits", () => {
  fc.assert(
    fc.property(number, (value) => {
      expect(sent(value)).toBe(JSON.stringify(value));
    }),
    { numRuns: 100_000 },
  );
});

const EDGES = [
  [0, 0.1, 0.1 + 0.2, 1e-6, 1.5e-6, 1e-7, 5e-324, 1e15, 1e15 - 1, 1e15 + 0.5, 1e21, 2 ** 53],
  [999_999_999.999999, 123_456_789_012_345.6, 4_503_599_627_370_495.5, 9_999_999, 99_999_999, 100_000_000],
  [NaN, Infinity, Number.MAX_VALUE],
].flat();

test.each(EDGES)("%d is printed as JSON.stringify prints it, and so is its negative", (value) => {
  expect(sent(value)).toBe(JSON.stringify(value));
  expect(sent(-value)).toBe(JSON.stringify(-value));
});

test("any plain data are printed as JSON.stringify prints them", () => {
  const data = fc.object({
    values: [fc.string({ unit: "binary" }), fc.string(), number, fc.boolean(), fc.constant(null)],
    key: fc.string({ unit: "binary" }),
    maxDepth: 3,
  });
  fc.assert(
    fc.property(data, (value) => {
      expect(sent(value)).toBe(JSON.stringify(value));
    }),
  );
});

test("what is not there is left out, and is null in a list", () => {
  expect(sent({ a: undefined, b: [undefined, null], c: {}, d: [] })).toBe('{"b":[null,null],"c":{},"d":[]}');
});

test("text that is more than ASCII is sent as UTF-8, half surrogates escaped, however long", () => {
  const long = ["é\u{1f600}".repeat(10_000), "\ud800", '"\\\n', "x".repeat(100_000)];
  expect(sent(long)).toBe(JSON.stringify(long));
});
