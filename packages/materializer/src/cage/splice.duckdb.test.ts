import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEngine } from "../engine/engine.ts";

const root = mkdtempSync(join(tmpdir(), "splice-"));
const file = join(root, "flights.parquet");
const engine = createEngine({ memoryBytes: 256e6, threads: 2, tempRoot: join(root, "engines") });
const columns = [
  { name: "id", type: "BIGINT" },
  { name: "ts", type: "TIMESTAMP" },
];

beforeAll(async () => {
  const rows = "select range as id, timestamp '2020-01-01' + to_seconds(range) as ts from range(1000)";
  await engine.run({ statements: [{ sql: `copy (${rows}) to '${file}' (format parquet)` }], files: [file] });
});

afterAll(async () => {
  await engine.stop();
  rmSync(root, { recursive: true });
});

it.each([
  "select id, ts as t from flights",
  "with c as (select * from flights where id > 1) select id + 1 as id, ts as t from c -- a comment",
  "select id, ts as t from flights union all select -id, ts from flights",
])("a filter on the output of %s reaches the Parquet scan", async (sql) => {
  const checked = await engine.check({ sql, relations: [{ name: "flights", columns }], rowWise: true });
  const normalizedSql = checked.verdict === "accepted" ? checked.normalizedSql : "";
  const spliced = `
explain
with "flights" as not materialized (
  select "id", "ts" from read_parquet(['${file}'])
)
select * from (
${normalizedSql}
)
where "t" >= timestamp '2020-01-01 00:10:00'`;
  const { results } = await engine.run({ statements: [{ sql: spliced, rows: true }], files: [file] });
  const [, printed] = results[0]?.[0] ?? [];
  const plan = (typeof printed === "string" ? printed : "").replaceAll(/[│\s]+/g, " ");
  expect(plan).toMatch(/READ_PARQUET.*Filters: .*ts>='2020-01-01/);
  expect(plan).not.toMatch(/ FILTER /);
});
