import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { duckdbFrames } from "./testing/duckdb-frames.ts";

const duckdb = duckdbFrames();

/** The types that a spine in Parquet can have, a value of each, and what it is in JavaScript. */
const ANY_TYPES: readonly (readonly [string, unknown])[] = [
  ["true", true],
  ["(-1)::tinyint", -1n],
  ["255::utinyint", 255n],
  ["(-32768)::smallint", -32768n],
  ["65535::usmallint", 65535n],
  ["4294967295::uinteger", 4294967295n],
  ["18446744073709551615::ubigint", 18446744073709551615n],
  ["9007199254740993::bigint", 9007199254740993n],
  ["12345678901234567890::hugeint", 12345678901234567000],
  ["0.3::decimal(4, 1)", 0.3],
  ["-1234.5678::decimal(18, 4)", -1234.5678],
  ["'-12345678901234567890.123'::decimal(38, 3)", -12345678901234567000],
  ["1.5::float", 1.5],
  ["'nan'::double", Number.NaN],
  ["'x'", "x"],
  ["'b'::enum('a', 'b')", "b"],
  ["uuid '0f0e0d0c-0b0a-4908-8706-050403020100'", "0f0e0d0c-0b0a-4908-8706-050403020100"],
  ["'ab'::blob", new Uint8Array([97, 98])],
  ["date '1969-12-31'", "1969-12-31T00:00:00Z"],
  ["time '12:34:56.000789'", "12:34:56.000789"],
  ["time '23:59:59'", "23:59:59"],
  ["timestamp '1969-12-31 23:59:59.999999'", "1969-12-31T23:59:59.999999Z"],
  ["timestamp '0001-01-01 00:00:00.000001'", "0001-01-01T00:00:00.000001Z"],
  ["timestamp_s '2024-01-31 12:00:00'", "2024-01-31T12:00:00Z"],
  ["timestamp_ms '2024-01-31 12:00:00.001'", "2024-01-31T12:00:00.001000Z"],
  ["timestamp_ns '2024-01-31 12:00:00.000001999'", "2024-01-31T12:00:00.000001Z"],
  ["timestamptz '2024-01-31 12:00:00+02'", "2024-01-31T10:00:00Z"],
  ["interval '1 month 2 days 3 milliseconds'", { months: 1, days: 2, micros: 3000n }],
  ["'{\"a\": 1}'::json", '{"a": 1}'],
  ["[1, null, 3]", [1n, null, 3n]],
  ["[]::varchar[]", []],
  ["[['a'], []]", [["a"], []]],
  ["[0.1::decimal(3, 1)]", [0.1]],
  ["[timestamp '2024-01-31']", ["2024-01-31T00:00:00Z"]],
  ["{'a': 1, 'b': date '2024-01-31'}", { a: 1n, b: "2024-01-31T00:00:00Z" }],
  ["map {'k': 1}", [{ key: "k", value: 1n }]],
];

describe("a spine column of any type passes through unchanged", () => {
  it.each(ANY_TYPES)("%s", async (value, expected) => {
    await using frame = await duckdb.current.frameOf(
      `select * from (values (1, ${value}), (2, null)) t(id, v)`,
    );
    const [row, absent] = await frame.toRows();
    expect(row!["v"]).toEqual(expected);
    expect(absent!["v"]).toBeNull();
    expect(String(frame)).toContain("id");
    const copy = join(duckdb.current.folder, "any.parquet");
    await frame.toParquet(copy);
    const found = await duckdb.current.connection.runAndReadAll(
      `select count(*) from '${copy}' where id = 1 and v::varchar = (${value})::varchar
       or id = 1 and typeof(v) <> typeof(${value})`,
    );
    expect(found.getRows()).toEqual([[1n]]);
  });
});
