import { expect, test } from "vitest";
import { parseJson } from "./json-body.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "utf8");
const nested = (depth: number): Buffer => bytes(`${'{"a":['.repeat(depth / 2)}${"]}".repeat(depth / 2)}`);

test("16 levels are taken and 17 are not, before anything is parsed", () => {
  expect(() => parseJson(nested(16))).not.toThrow();
  expect(() => parseJson(nested(18))).toThrow("nested deeper than 16");
  expect(() => parseJson(bytes("[".repeat(1_000_000)))).toThrow("nested deeper than 16");
});

test("brackets within a text are no levels, escaped quotes and backslashes included", () => {
  const text = `${"[".repeat(50)}"\\\\${"{".repeat(50)}`;
  expect(parseJson(bytes(JSON.stringify({ text })))).toEqual({ text });
});

test("bytes that are no UTF-8 are refused: they would be read as another key", () => {
  expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow("no UTF-8");
  expect(parseJson(bytes('"é\u{1f600}"'))).toBe("é\u{1f600}");
});

test("text that is no JSON is told as such", () => {
  expect(() => parseJson(bytes("{"))).toThrow("does not parse");
  expect(() => parseJson(bytes(""))).toThrow("does not parse");
});
