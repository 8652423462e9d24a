import { parseInstant } from "@tesela/core";
import { describe, expect, it } from "vitest";
import { spineColumns } from "./spine-columns.ts";
import type { SpineHints, SpineRow } from "./spine.ts";

const none: SpineHints = { timestampKey: null, keyTypes: {} };

function columns(rows: readonly SpineRow[], hints: SpineHints = none): readonly unknown[] {
  return spineColumns(rows, hints).map(({ name, type, values }) => [name, type, values]);
}

describe("the columns of a spine of rows", () => {
  it("are typed by their values; integers are int64, other numbers float64", () => {
    const bytes = new Uint8Array([1, 255]);
    const row = {
      a: 1,
      b: 2n ** 53n + 1n,
      c: 1.5,
      d: true,
      e: "é🛫",
      f: bytes,
      g: new Date(1),
      h: Number.NaN,
    };
    expect(columns([row])).toEqual([
      ["a", "int64", [1n]],
      ["b", "int64", [9007199254740993n]],
      ["c", "float64", [1.5]],
      ["d", "bool", [true]],
      ["e", "string", ["é🛫"]],
      ["f", "bytes", [bytes]],
      ["g", "timestamp", [1000n]],
      ["h", "float64", [Number.NaN]],
    ]);
  });

  it("keep nulls, and take a key that a row lacks as null", () => {
    expect(columns([{ a: 1 }, { b: "x" }, { a: null, b: undefined }])).toEqual([
      ["a", "int64", [1n, null, null]],
      ["b", "string", [null, "x", null]],
    ]);
  });

  it("join integers with bigints to int64 and with fractions to float64", () => {
    expect(
      columns([
        { a: 1, b: 1 },
        { a: 2n, b: 0.5 },
      ]),
    ).toEqual([
      ["a", "int64", [1n, 2n]],
      ["b", "float64", [1, 0.5]],
    ]);
  });

  it("read the column named by timestampKey as instants: dates, ISO text, microseconds", () => {
    const instants = [
      "2024-01-01T00:00:00.000400Z",
      new Date(0),
      parseInstant("1969-12-31T23:59:59.999999Z"),
      null,
    ];
    expect(
      columns(
        instants.map((at) => ({ at })),
        { timestampKey: "at", keyTypes: {} },
      ),
    ).toEqual([["at", "timestamp", [1704067200000400n, 0n, -1n, null]]]);
  });

  it("leave ISO text elsewhere as text", () => {
    expect(columns([{ at: "2024-01-01" }])).toEqual([["at", "string", ["2024-01-01"]]]);
  });

  it("without any value have the type of their join key, else string", () => {
    const hints: SpineHints = { timestampKey: "at", keyTypes: { id: "int64" } };
    expect(columns([{ id: null, at: null, x: null }], hints)).toEqual([
      ["id", "int64", [null]],
      ["at", "timestamp", [null]],
      ["x", "string", [null]],
    ]);
  });

  it("of an empty spine are its join keys and its timestamp, typed", () => {
    const keyTypes = { id: "int64", code: "string" } as const;
    expect(columns([], { timestampKey: "at", keyTypes })).toEqual([
      ["id", "int64", []],
      ["code", "string", []],
      ["at", "timestamp", []],
    ]);
    expect(columns([], { timestampKey: null, keyTypes: { id: "bytes" } })).toEqual([
      ["id", "bytes", []],
      ["timestamp", "timestamp", []],
    ]);
  });

  const refused: readonly (readonly [string, readonly SpineRow[], RegExp])[] = [
    [
      "text among integers",
      [{ a: 1 }, { a: null }, { a: "7" }],
      /Column "a" .* string in row 2 .* integer like/,
    ],
    ["a fraction among bigints", [{ a: 1n }, { a: 0.5 }], /Column "a" .* float64 in row 1 .* int64 like/],
    ["a list", [{ a: [1] as never }], /Column "a" .* a object in row 0/],
    ["an int64 that does not fit", [{ a: 2n ** 63n }], /9223372036854775808 in row 0 .* expected an int64/],
    ["an invalid Date", [{ a: new Date(Number.NaN) }], /Column "a" .* in row 0 .* expected an instant/],
    ["half a character", [{ a: "\ud83d" }], /half a character in row 0/],
  ];
  it.each(refused)("refuse %s, naming column and row", (_, rows, message) => {
    expect(() => columns(rows)).toThrow(message);
  });

  it("refuse a number as an instant, and a join key beyond safe integers", () => {
    expect(() => columns([{ at: 5 }], { timestampKey: "at", keyTypes: {} })).toThrow(
      /a number in row 0 .* an instant/,
    );
    const hints: SpineHints = { timestampKey: null, keyTypes: { id: "int64" } };
    expect(() => columns([{ id: 1 }, { id: 2 ** 53 }], hints)).toThrow(
      /9007199254740992 in row 1 .* safe integer/,
    );
  });
});
