import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseInstant } from "../time/instant.ts";
import type { TimeRange } from "../time/range.ts";
import { storedColumns, storedSql, type LivePath } from "./stored.ts";
import { aggregateOf, attribute, viewOf } from "./testing/views.ts";

const view = viewOf([attribute]);
const days = (from: number, to: number): TimeRange => ({ start: day(from), end: day(to) });
const day = (number: number) => parseInstant(`2024-01-${String(number).padStart(2, "0")}`);

let directory: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;
/** Files of one row a day, whose value is the day and the file's number. */
const paths: string[] = [];
beforeAll(async () => {
  directory = await mkdtemp(joinPath(tmpdir(), "tesela-stored-"));
  instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
  for (const number of [0, 1]) {
    const path = joinPath(directory, `file ${number} it's.parquet`);
    await connection.run(`copy (
  select 1::bigint as k, timestamp '2024-01-01' + to_days(d::int) as __time, (d + 1) * 10 + ${number} as v
  from range(20) as days(d)
) to '${path.replaceAll("'", "''")}' (format parquet)`);
    paths.push(path);
  }
});
afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await rm(directory, { recursive: true, force: true });
});

async function values(files: readonly LivePath[], range: TimeRange): Promise<number[]> {
  const reader = await connection.runAndReadAll(
    `select v from (${storedSql(view, files, range).text}) order by v`,
  );
  return reader.getRows().map(([value]) => Number(value));
}

test("a file that is live throughout the range gives the range", async () => {
  expect(await values([{ path: paths[0]!, live: [days(1, 20)] }], days(3, 6))).toEqual([30, 40, 50]);
});

test("T2 what an overwrite replaced is not read: each part comes from the file where it is live", async () => {
  const files = [
    { path: paths[0]!, live: [days(1, 4), days(6, 20)] },
    { path: paths[1]!, live: [days(4, 6)] },
  ];
  expect(await values(files, days(2, 8))).toEqual(expect.arrayContaining([20, 30, 41, 51, 60, 70]));
  expect(await values(files, days(2, 8))).not.toEqual(expect.arrayContaining([40]));
  expect(await values(files, days(4, 6))).toContain(41);
  expect(await values([files[0]!], days(4, 6))).not.toContain(40);
});

test("without a file there is an empty relation of the stored columns", async () => {
  for (const of of [view, viewOf([aggregateOf("a", "mean", "1d"), aggregateOf("b", "min", "1d")])]) {
    const reader = await connection.runAndReadAll(storedSql(of, [], days(1, 2)).text);
    expect(reader.currentRowCount).toBe(0);
    const found = reader
      .columnNames()
      .map((name, index) => ({ name, duckdbType: reader.columnType(index).toString() }));
    expect(found).toEqual(storedColumns(of).map(({ name, duckdbType }) => ({ name, duckdbType })));
  }
});

test("T6 a sum of int64 is stored 128 bits wide, so that partials never overflow", () => {
  expect(storedColumns(viewOf([aggregateOf("a", "mean", "1d")])).slice(2)).toEqual([
    { name: "v__sum", duckdbType: "DECIMAL(38,0)" },
    { name: "v__count", duckdbType: "BIGINT" },
  ]);
});
