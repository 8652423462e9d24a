import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../sql/sql.ts";
import { duration, parseDuration } from "../time/duration.ts";
import { floor } from "../time/floor.ts";
import { micros, parseInstant } from "../time/instant.ts";
import { neededFrom, startBound } from "../time/law.ts";
import { floorSql } from "./floor-sql.ts";
import { neededFromSql } from "./needed-sql.ts";
import { aggregateOf, attribute, viewOf } from "./testing/views.ts";

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function ask(query: string): Promise<unknown> {
  return (await connection.runAndReadAll(query)).getRows()[0]![0];
}

const instants = [
  "1969-12-24T23:59:59.999999Z",
  "1970-01-01",
  "2024-01-10",
  "2024-02-29T13:37:00.000001Z",
].map(parseInstant);

test.each(["1us", "1s", "7h", "1d", "7d"])(
  "T2 the floor of SQL is the floor of TypeScript on a grid of %s",
  async (text) => {
    const grid = parseDuration(text);
    for (const at of instants)
      expect(await ask(`select ${floorSql(sql`${at}::bigint`, grid).text}`)).toBe(floor(at, grid));
  },
);

test.each([
  ["attributes", viewOf([attribute])],
  ["attributes with a ttl", viewOf([attribute], { ttl: "36h" })],
  ["attributes with a long ttl", viewOf([attribute], { ttl: "400d" })],
  ["one window", viewOf([aggregateOf("a", "sum", "3d")])],
  ["windows and offsets", viewOf([aggregateOf("a", "sum", "3d"), aggregateOf("b", "max", "1d", "-9d")])],
  ["windows off the schedule", viewOf([aggregateOf("a", "sum", "30h")], { aggregationInterval: "6h" })],
  ["a lifetime", viewOf([aggregateOf("a", "sum", null), aggregateOf("b", "sum", "30d")])],
  [
    "a lifetime of its own start",
    viewOf([aggregateOf("a", "sum", null)], {
      lifetimeStartTime: "2024-01-02T06:00:00Z",
      aggregationInterval: "6h",
    }),
  ],
  ["a week's schedule", viewOf([aggregateOf("a", "sum", "14d")], { batchSchedule: "7d" })],
])("T12 what SQL needs for a bound is what TypeScript needs: %s", async (_, { time }) => {
  for (const grains of [0n, 1n, 2n, 13n, 500n]) {
    const boundary = micros(startBound(time) + grains * time.grain);
    expect(await ask(`select ${neededFromSql(time, sql`${boundary}::bigint`).text}`)).toBe(
      neededFrom(time, boundary),
    );
  }
});

test("a grid of 1 µs is the instant itself", () => {
  expect(floorSql(sql`x`, duration(1n)).text).toBe("x");
});
