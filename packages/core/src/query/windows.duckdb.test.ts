import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { id } from "../sql/quote.ts";
import { aggregateOf, viewOf } from "./testing/views.ts";
import type { AggregateShape } from "./tiles.ts";
import { windowFramesSql } from "./window-frames.ts";
import { windowPrefixesSql } from "./window-prefixes.ts";
import { windowSlots } from "./window-slots.ts";

const DAY = 86_400_000_000n;
const view = viewOf([
  aggregateOf("a", "sum", "1d"),
  aggregateOf("b", "mean", "3d"),
  aggregateOf("c", "count", "2d", "-2d"),
  aggregateOf("d", "sum", null),
  aggregateOf("e", "count", null),
]);
const slots = windowSlots(view.shape as AggregateShape);
const names = { index: 0, probes: id("probes"), stored: id("tiles"), matches: id("matches") };

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

const tile = fc.record({
  key: fc.integer({ min: 1, max: 2 }),
  day: fc.integer({ min: 19_730, max: 19_740 }),
  sum: fc.option(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })),
});
const tiles = fc.uniqueArray(tile, { selector: ({ key, day }) => `${key} ${day}`, maxLength: 16 });

async function answers(query: string): Promise<unknown> {
  const columns = ["k", "__bound", ...slots.map(({ name }) => name)].map((name) => id(name).text);
  const reader = await connection.runAndReadAll(`select ${columns.join(", ")} from (${query}) order by 1, 2`);
  return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
}

test("T4, T6 differences of running totals give what frames give, where a window holds any tile", async () => {
  const property = fc.asyncProperty(tiles, async (rows) => {
    const lines = rows.map(
      ({ key, day, sum }) => `(${key}, ${BigInt(day) * DAY}, ${sum}, ${sum === null ? 0 : 3})`,
    );
    await connection.run(`create or replace temp table tiles as
select k::bigint as k, micros::bigint as __at, s::decimal(38, 0) as v__sum, n::bigint as v__count
from (values ${["(0, 0, null, null)", ...lines].join(", ")}) as rows(k, micros, s, n)
where k > 0`);
    await connection.run(`create or replace temp table probes as
select distinct k, (${19_729n * DAY} + d * ${DAY})::bigint as __bound
from tiles, range(16) as days(d)
where (${19_729n * DAY} + d * ${DAY}) > (select min(__at) from tiles as first where first.k = tiles.k)`);
    const frames = await answers(windowFramesSql(view, names, slots).text);
    const prefixes = await answers(windowPrefixesSql(view, names, slots).text);
    expect(zeroIsNull(prefixes)).toEqual(zeroIsNull(frames));
  });
  await fc.assert(property, { numRuns: 60 });
});

/** A count of no tiles may be null or 0: the function's finalize makes one of both. */
function zeroIsNull(rows: unknown): unknown {
  const counts = slots.map(({ partial }) => partial.name === "v__count");
  return (rows as (string | null)[][]).map((row) =>
    row.map((value, index) => (counts[index - 2] === true && value === "0" ? null : value)),
  );
}
