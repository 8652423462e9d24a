import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { FeatureFrame } from "@tesela/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { printStatistics } from "./statistics.ts";
import { writerOf } from "./write-frame.ts";

let folder: string;
let connection: DuckDBConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "write-frame-"));
  connection = await (await DuckDBInstance.create(":memory:")).connect();
});
afterAll(async () => {
  connection.closeSync();
  await rm(folder, { recursive: true });
});

const QUERY = `select * from (values
  (9007199254740993::bigint, '007', 'nan'::double, timestamp '2024-01-31 12:00:00.000400', 'ab'::blob, [1, null], true),
  (null, '', null, null, null, null, null),
  (1, 'a "b",
c', 0.5, null, null, [], false)
) t(id, "a,b", f, "at", x, l, b)`;

/** What a frame of a query becomes in a file of a name. */
async function written(query: string, name: string): Promise<string> {
  const source = join(folder, "source.parquet");
  await connection.run(`copy (${query}) to '${source}' (format parquet)`);
  const bytes = new Uint8Array(await readFile(source)).buffer;
  const file = {
    bytes,
    path: null,
    copyTo: (path: string) => copyFile(source, path),
    remove: () => Promise.resolve(),
  };
  await using frame = await FeatureFrame.open(file, { counts: new Set(), statistics: {} });
  const path = join(folder, name);
  await writerOf(name)(frame, path);
  return path;
}

test("CSV quotes what it must, leaves nulls empty and keeps empty texts", async () => {
  expect(await readFile(await written(QUERY, "f.csv"), "utf8")).toBe(
    [
      'id,"a,b",f,at,x,l,b',
      '9007199254740993,007,NaN,2024-01-31T12:00:00.000400Z,YWI=,"[""1"",null]",true',
      ',"",,,,,',
      '1,"a ""b"",\nc",0.5,,,[],false',
      "",
    ].join("\n"),
  );
});

test("NDJSON holds int64 as their digits, and what JSON cannot say as text", async () => {
  expect(await readFile(await written(QUERY, "f.ndjson"), "utf8")).toBe(
    [
      '{"id":9007199254740993,"a,b":"007","f":"NaN","at":"2024-01-31T12:00:00.000400Z","x":"YWI=","l":[1,null],"b":true}',
      '{"id":null,"a,b":"","f":null,"at":null,"x":null,"l":null,"b":null}',
      '{"id":1,"a,b":"a \\"b\\",\\nc","f":0.5,"at":null,"x":null,"l":[],"b":false}',
      "",
    ].join("\n"),
  );
});

test("Parquet is the file itself, whatever the types of its columns", async () => {
  const path = await written(
    "select 1.5::decimal(9, 3) as d, uuid '0f0e0d0c-0b0a-4908-8706-050403020100' as u",
    "f.parquet",
  );
  const found = await connection.runAndReadAll(`select typeof(d), typeof(u) from '${path}'`);
  expect(found.getRows()).toEqual([["DECIMAL(9,3)", "UUID"]]);
});

test("a file is written whole when it is large", async () => {
  const path = await written("select i as id, 'k' || i as k from range(100_000) t(i)", "large.csv");
  const found = await connection.runAndReadAll(
    `select count(*), sum(id)::bigint from '${path}' where k = 'k' || id`,
  );
  expect(found.getRows()).toEqual([[100_000n, 4_999_950_000n]]);
});

test("a name that does not say what to write is refused", () => {
  expect(() => writerOf("frame.xlsx")).toThrow("no ending that says what to write");
});

test("statistics tell why rows did not match", () => {
  const delays = { matched: 1_200, null: 3, reasons: { expired: 2, none: 1 } };
  const users = { matched: 1_203, null: 0, reasons: {} };
  expect(printStatistics({ delays, users })).toBe(
    "delays: 1,200 matched, 3 null (expired 2, none 1)\nusers: 1,203 matched, 0 null",
  );
});
