import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { id, text } from "../sql/quote.ts";
import { join, sql, trusted } from "../sql/sql.ts";
import { micros } from "../time/instant.ts";
import { encodeKey, decodeKey, type JoinKey } from "../value/key.ts";
import type { KeyValue } from "../value/value-type.ts";
import { deletedRowsSql, withoutDeletedSql, type DeletedKeys } from "./deleted-rows.ts";

const literal = (value: KeyValue) =>
  typeof value === "bigint"
    ? sql`${value}::bigint`
    : typeof value === "string"
      ? text(value)
      : sql`unhex(${text(Buffer.from(value).toString("hex"))})`;

async function survivors(
  joinKeys: readonly JoinKey[],
  rows: readonly (readonly [readonly KeyValue[], number])[],
  deleted: readonly (readonly [readonly KeyValue[], number])[],
): Promise<{ kept: unknown[]; hidden: unknown[] }> {
  const connection = await (await DuckDBInstance.create()).connect();
  const selects = rows.map(([key, time], index) => {
    const keys = key.map((value, at) => sql`${literal(value)} as ${id(joinKeys[at]!.name)}`);
    return sql`select ${join(keys)}, make_timestamp(${BigInt(time)}) as t, ${trusted(String(index))} as i`;
  });
  const keys = deleted.map(([key, before]) => ({ key, before: micros(BigInt(before)), deletionId: 1n }));
  const given: DeletedKeys = { joinKeys, keys };
  const run = async (query: string) =>
    (await connection.runAndReadAll(`select i from (${query}) order by i`)).getRows().flat();
  const relation = join(selects, "\nunion all\n");
  return {
    kept: await run(withoutDeletedSql(relation, "t", given).text),
    hidden: await run(deletedRowsSql(relation, "t", given).text),
  };
}

test("TIME T17: rows before the deletion are hidden, those from it on are new data", async () => {
  const user = [{ name: "user", type: "int64" }] as const;
  const rows = [
    [[1n], 9],
    [[1n], 10],
    [[2n], 9],
  ] as const;
  expect(await survivors(user, rows, [[[1n], 10]])).toEqual({ kept: [1, 2], hidden: [0] });
  expect(await survivors(user, rows, [])).toEqual({ kept: [0, 1, 2], hidden: [] });
});

test("a key that was deleted twice is hidden up to the later deletion", async () => {
  const user = [{ name: "user", type: "int64" }] as const;
  const deleted = [
    [[1n], 20],
    [[1n], 10],
  ] as const;
  const rows = [
    [[1n], 15],
    [[1n], 20],
  ] as const;
  expect(await survivors(user, rows, deleted)).toEqual({ kept: [1], hidden: [0] });
});

test("TIME T9: composite keys, int64 past 2^53, text and bytes are exact", async () => {
  const keys = [
    { name: "a", type: "string" },
    { name: "b", type: "string" },
  ] as const;
  const rows = [
    [["1", "23"], 1],
    [["12", "3"], 1],
    [["", "ñ,'"], 1],
    [["", ""], 1],
  ] as const;
  const deleted = [
    [["1", "23"], 5],
    [["", "ñ,'"], 5],
  ] as const;
  expect((await survivors(keys, rows, deleted)).kept).toEqual([1, 3]);
  const big = [[[2n ** 53n], 1], [[2n ** 53n + 1n], 1]] as const; // prettier-ignore
  expect((await survivors([{ name: "k", type: "int64" }], big, [[[2n ** 53n], 5]])).kept).toEqual([1]);
  const bytes = [[[Uint8Array.of(0, 255)], 1], [[Uint8Array.of()], 1]] as const; // prettier-ignore
  expect((await survivors([{ name: "k", type: "bytes" }], bytes, [[[Uint8Array.of()], 5]])).kept).toEqual([
    0,
  ]);
});

test("a key comes back from its canonical bytes", () => {
  const key = [2n ** 63n - 1n, "", "a\u{1F600}\uFEFF", Uint8Array.of(0, 1), -1n];
  expect(decodeKey(encodeKey(key))).toEqual(key);
});
