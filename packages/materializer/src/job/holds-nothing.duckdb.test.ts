import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileView, repositoryOf, valueTypeOf, type ResolvedView, type TimeRange } from "@tesela/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultParquetLimits } from "../cage/parquet-limits.ts";
import { createEngine } from "../engine/engine.ts";
import { openView } from "../source/view-source.ts";
import { days, query, table, writeParquet } from "../testing/tables.ts";
import { columnsOf, sourceOf, user, viewOf } from "../testing/views.ts";
import { holdsNothing } from "./holds-nothing.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "holds-nothing-")));
const sources = join(root, "sources");
const engine = createEngine({ memoryBytes: 256e6, threads: 1, tempRoot: join(root, "engines") });
const COLUMNS = "user_id BIGINT, ts TIMESTAMP, amount BIGINT";
const PLAIN = "select user_id, ts, amount from events";

beforeAll(async () => {
  mkdirSync(sources, { recursive: true });
  const write = (name: string, ...rows: string[]) =>
    writeParquet(join(sources, `${name}.parquet`), table(COLUMNS, ...rows));
  await write("events", "1, 01-03 00:00, 1", "null, 01-04 23:59:59.999999, 2");
  await write("timeless", "1, 01-03 00:00, 1", "1, null, 2");
  await write("empty");
  await query(`copy (${table("user_id BIGINT, ts VARCHAR, amount BIGINT", "1, 2024-01-03, 1")})
    to '${join(sources, "texts.parquet")}' (format parquet)`);
});
afterAll(async () => {
  await engine.stop();
  rmSync(root, { recursive: true });
});

async function isNothing(
  range: TimeRange,
  sql = PLAIN,
  file = "events",
  columns = COLUMNS,
): Promise<boolean> {
  const definition = viewOf("v", [{ kind: "attribute", name: "amount", type: "int64" }], {
    transform: { sql },
  });
  const source = sourceOf(`${file}.parquet`);
  const relations = [{ name: "events", columns: columnsOf(columns) }];
  const found = await engine.check({ sql, relations, rowWise: true });
  if (found.verdict === "refused") throw new Error(found.problems.join());
  const resolved: ResolvedView = {
    ...found,
    columns: found.columns.map(({ name, type }) => ({ name, duckdbType: type, type: valueTypeOf(type) })),
  };
  const view = compileView(definition, repositoryOf([user, source, definition]), resolved);
  const opened = await openView({ engine, roots: [sources], limits: defaultParquetLimits }, view);
  return holdsNothing(engine, { view, resolved, opened }, range, {});
}

test("a range is empty where the footers show no row of it: [start, end), to the microsecond", async () => {
  expect(await isNothing(days(1, 3))).toBe(true);
  expect(await isNothing(days(2, 4))).toBe(false);
  expect(await isNothing(days(4, 5))).toBe(false);
  expect(await isNothing(days(5, 9))).toBe(true);
});

test.each([
  "select * from events",
  "select *, amount + 1 as more from events",
  "select ts, amount, user_id from events where amount > 1",
  "select user_id, TS as ts, 1::bigint as amount from Events",
])("what hands on the time as it is: %s", async (sql) => {
  expect(await isNothing(days(5, 9), sql)).toBe(true);
});

test.each([
  "select user_id, ts + interval 3 day as ts, amount from events",
  "select * replace (ts + interval 3 day as ts) from events",
  "select user_id, ts::date::timestamp as ts, amount from events",
  "select user_id, ts, amount from (select user_id, ts + interval 3 day as ts, amount from events)",
  "with late as (select user_id, ts + interval 3 day as ts, amount from events) select user_id, ts, amount from late",
  "select user_id, ts, amount from events union all select user_id, ts + interval 3 day, amount from events",
  "select user_id, moved as ts, amount from (select user_id, ts + interval 3 day as moved, amount from events)",
])("what may change the time is computed: %s", async (sql) => {
  expect(await isNothing(days(5, 9), sql)).toBe(false);
});

test("rows without a time are rejected by every range (TIME T1), so they have to be counted", async () => {
  expect(await isNothing(days(5, 9), PLAIN, "timeless")).toBe(false);
});

test("a file that does not tell is read", async () => {
  expect(await isNothing(days(5, 9), PLAIN, "empty")).toBe(false);
  const texts = "user_id BIGINT, ts VARCHAR, amount BIGINT";
  const sql = "select user_id, ts::timestamp as ts, amount from events";
  expect(await isNothing(days(5, 9), sql, "texts", texts)).toBe(false);
});
