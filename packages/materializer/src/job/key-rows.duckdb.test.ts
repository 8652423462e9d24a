import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trusted } from "@tesela/core";
import type { KeyRows } from "@tesela/online-store";
import { afterAll, expect, test } from "vitest";
import { readKeyRows } from "./key-rows.ts";

const root = mkdtempSync(join(tmpdir(), "key-rows-"));
afterAll(() => rmSync(root, { recursive: true }));

function batchesOf(
  text: string,
  keyCount = 1,
  signal = new AbortController().signal,
): AsyncGenerator<readonly KeyRows[]> {
  const limits = { memoryBytes: 256e6, tempBytes: 1e9, threads: 1, tempDirectory: root };
  const session = { ...limits, files: [], preserveInsertionOrder: true };
  return readKeyRows(session, trusted(text), keyCount, signal);
}

async function keysOf(text: string, keyCount?: number): Promise<KeyRows[]> {
  return (await Array.fromAsync(batchesOf(text, keyCount))).flat();
}

test("rows of one key come together in their order; a row without a time only names its key", async () => {
  const text = `
select *
from (values (1::bigint, 10::bigint, 'a'), (1, 20, null), (2, null, null), (3, null, null), (3, 30, 'b'))`;
  expect(await keysOf(text)).toEqual([
    {
      key: [1n],
      rows: [
        { time: 10n, cells: ["a"] },
        { time: 20n, cells: [null] },
      ],
    },
    { key: [2n], rows: [] },
    { key: [3n], rows: [{ time: 30n, cells: ["b"] }] },
  ]);
});

test.each([
  ["int64", "9223372036854775807::bigint", 2n ** 63n - 1n],
  ["int64", "(-9223372036854775808)::bigint", -(2n ** 63n)],
  ["an int64 past 2^53", "9007199254740993::bigint", 9007199254740993n],
  ["a 128-bit sum", "99999999999999999999999999999999999999::hugeint", 10n ** 38n - 1n],
  ["a 128-bit sum", "(-99999999999999999999999999999999999999)::hugeint", 1n - 10n ** 38n],
  ["NaN", "'nan'::double", Number.NaN],
  ["an infinity", "'-inf'::double", Number.NEGATIVE_INFINITY],
  ["the smallest double", "5e-324::double", 5e-324],
  ["bool", "true", true],
  ["text", "'é\u{1f600} ' || chr(0) || chr(65279)", "é\u{1f600} \0\ufeff"],
  ["empty text", "''", ""],
  ["bytes", "'\\x00\\xFFa'::blob", Uint8Array.of(0, 255, 97)],
  ["null", "null::double", null],
])("%s is exact: %s", async (_, literal, expected) => {
  const [key] = await keysOf(`select 1::bigint, 0::bigint, ${literal}`);
  const [cell] = key!.rows[0]!.cells;
  expect(cell instanceof Uint8Array ? Uint8Array.from(cell) : cell).toEqual(expected);
});

test("TIME T9: neighbouring keys stay apart: int64 past 2^53, bytes, text, composite", async () => {
  const keys = async (rows: string, count: number): Promise<unknown[]> => {
    const found = await keysOf(`select * from (values ${rows})`, count);
    return found.map(({ key, rows: own }) => [...key, own.length]);
  };
  const big = "(9007199254740992::bigint, 0::bigint), (9007199254740993, 0), (9007199254740993, 1)";
  expect(await keys(big, 1)).toEqual([
    [9007199254740992n, 1],
    [9007199254740993n, 2],
  ]);
  expect(await keys("('7', 0::bigint), ('007', 0), ('', 0), (' ', 0)", 1)).toHaveLength(4);
  expect(
    await keys("('\\x00'::blob, 0::bigint), ('\\x00'::blob, 1), ('\\x00\\x00'::blob, 0)", 1),
  ).toHaveLength(2);
  expect(await keys("('1', '23', 0::bigint), ('12', '3', 0)", 2)).toEqual([
    ["1", "23", 1],
    ["12", "3", 1],
  ]);
});

test("a batch holds whole keys, many keys make many batches, and each key comes once", async () => {
  const text = "select i // 3 as k, i % 3 as t, i as v from range(30_000) r(i) order by 1, 2";
  const batches = await Array.fromAsync(batchesOf(text));
  const keys = batches.flat();
  expect(batches.length).toBeGreaterThan(5);
  expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThan(2_000);
  expect(keys.map(({ key }) => key[0])).toEqual(Array.from({ length: 10_000 }, (_, key) => BigInt(key)));
  expect(keys.every(({ rows }) => rows.map(({ time }) => time).join() === "0,1,2")).toBe(true);
});

test("a key of very many rows is one key", async () => {
  const [key, ...others] = await keysOf("select 1::bigint, i, i from range(10_000) r(i) order by 2");
  expect(key!.rows).toHaveLength(10_000);
  expect(others).toEqual([]);
});

test("nothing gives one empty batch", async () => {
  expect(await Array.fromAsync(batchesOf("select 1::bigint, 0::bigint where false"))).toEqual([[]]);
});

test("an aborted signal ends the stream with its reason", async () => {
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  const batches = batchesOf("select i, i from range(10) r(i)", 1, stop.signal);
  await expect(Array.fromAsync(batches)).rejects.toThrow("enough");
});
