import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { createEngine } from "../engine/engine.ts";
import type { CheckResult } from "../engine/protocol.ts";
import { valueKeywords } from "./forbidden-functions.ts";

const root = mkdtempSync(join(tmpdir(), "check-"));
const engine = createEngine({ memoryBytes: 256e6, threads: 2, tempRoot: root });
const relations = [
  {
    name: "flights",
    columns: [
      { name: "id", type: "BIGINT" },
      { name: "ts", type: "TIMESTAMP" },
      { name: "t", type: "VARCHAR" },
      { name: "l", type: "INTEGER[]" },
      { name: "s", type: "STRUCT(a INTEGER, b VARCHAR)" },
      { name: "m", type: "MAP(VARCHAR, INTEGER)" },
      { name: "d", type: "DOUBLE" },
      { name: "j", type: "JSON" },
    ],
  },
  {
    name: "trains",
    columns: [
      { name: "id", type: "BIGINT" },
      { name: "current_date", type: "DATE" },
    ],
  },
];

afterAll(async () => {
  await engine.stop();
  rmSync(root, { recursive: true, force: true });
});

function check(sql: string, rowWise = true): Promise<CheckResult> {
  return engine.check({ sql, relations, rowWise });
}

async function accepted(sql: string, rowWise = true) {
  const result = await check(sql, rowWise);
  if (result.verdict === "refused") throw new Error(`${sql}: ${result.problems.join(", ")}`);
  return result;
}

const rowWise: readonly string[] = [
  "select id, ts from flights",
  "from flights",
  "select * exclude (j) replace (id + 1 as id) from flights",
  "select * rename (id as key) from flights",
  "select f.id, f.s.a, (s).b, s['a'] as a2, m['x'], l[1], l[1:2] from flights as f",
  "select case when id > 1 then 'a' else 'b' end, coalesce(t, 'x'), nullif(t, ''), ifnull(t, 'y'), if(id = 1, 2, 3) from flights",
  "select cast(id as integer), id::double as d, try_cast(t as decimal(10, 2)), t::uuid, t::json, t::integer[] from flights",
  "select t::timestamptz at time zone 'Europe/Paris' from flights",
  "select lower(t), upper(t), t || 'x', substring(t from 1 for 2), trim(both ' ' from t), split_part(t, '-', 1) from flights",
  "select regexp_extract(t, 'a(b)', 1), regexp_matches(t, 'x'), regexp_replace(t, 'a', 'b', 'g'), t like 'a%', t ilike 'A_' from flights",
  "select list_transform(l, lambda x: x + 1), list_filter(l, x -> x > 2), [x + 1 for x in l if x > 1] from flights",
  "select list_reduce(l, lambda a, b: a + b), list_sum(l), list_aggregate(l, 'max'), list_contains(l, 1), list_sort(l) from flights",
  "select date_trunc('hour', ts), extract(year from ts), ts + interval 1 day, time_bucket(interval '1 hour', ts, timestamp 'epoch') from flights",
  "select epoch_us(ts), strftime(ts, '%Y'), date_diff('day', ts, timestamp '2020-01-01'), age(ts, timestamp '2020-01-01') from flights",
  "select id from flights union all select id from trains",
  "select id, ts from flights union all by name select ts, id from flights",
  "with a as (select id, ts from flights where id > 1), b as (select * from a) select id, ts from b",
  "with a(x) as materialized (select id from flights) select x from a",
  "select q.y from (select id as y, t from flights) q where q.y between 1 and 3 and t in ('a', 'b') and t is not null",
  "select unnest(l) as x, id from flights",
  "select {'a': id} as s, map {'k': id} as m, [id, 2] as l, row(id, t) as r from flights",
  "select j -> 'x', j ->> 'y', json_extract_string(j, '$.a') from flights",
  "select id is distinct from 3, not (id = 1), -id, id % 3, id // 2, d ** 2, abs(d), round(d, 2), hash(t), md5(t), greatest(id, 3) from flights",
  "select columns('i.*') from flights",
  "select id, 12345678901234567890123::hugeint as h, 1.2345678901234567e-5 as f, true, null, 'it''s' from flights",
  `select flights.id as "select", t as "a b" from Flights where ID > 1`,
  "select try(1 // id) from flights",
  "select id from flights where error('no') is null",
  "select current_date from trains",
];

describe("SQL whose rows come from one source row each", () => {
  it.each(rowWise)("%s is accepted, and its normalized text is its own normalized text", async (sql) => {
    const first = await accepted(sql);
    const second = await accepted(first.normalizedSql);
    expect(second).toEqual(first);
  });
});

const notRowWise: readonly (readonly [string, RegExp])[] = [
  ["select count(*) from flights", /aggregate/],
  ["select sum(id) from flights", /aggregate sum/],
  ["select geomean(d) from flights", /geomean/],
  ["select sum(id) over () from flights", /window function/],
  ["select row_number() over (order by id) from flights", /window function/],
  ["select distinct id from flights", /distinct/],
  ["select distinct on (id) id from flights", /distinct/],
  ["select id from flights order by id", /order by/],
  ["select id from flights limit 1", /limit/],
  ["select id from flights limit 10%", /limit/],
  ["select id from flights offset 1", /offset/],
  ["select id from flights group by id", /group by/],
  ["select id from flights group by all", /grouping/],
  ["select id from flights having true", /having/],
  ["select id from flights qualify true", /qualify/],
  ["select id from flights tablesample 10%", /sample/],
  ["select id from flights using sample 3", /sample/],
  ["select * from flights, trains", /join/],
  ["select * from flights join trains using (id)", /join/],
  ["select * from flights positional join trains", /join/],
  ["select * from flights asof join trains using (id)", /join/],
  ["select (select 1) from flights", /subquery/],
  ["select id in (from trains) from flights", /subquery/],
  ["select exists (from trains) from flights", /subquery/],
  ["select id from flights union select id from trains", /union without all/],
  ["select id from flights except all select id from trains", /EXCEPT/],
  ["select id from flights intersect all select id from trains", /INTERSECT/],
  ["unpivot flights on id", /pivot/],
];

describe("SQL whose rows do not come from one source row each (TIME T16)", () => {
  it.each(notRowWise)("%s is refused", async (sql, words) => {
    const result = await check(sql);
    expect(result).toMatchObject({ verdict: "refused", code: "SQL_NOT_ALLOWED" });
    expect(result.verdict === "refused" && result.problems.join()).toMatch(words);
  });

  it.each([
    "select id, count(*) as n, sum(d) filter (where d > 0), string_agg(t, ',' order by ts) from flights group by id having n > 1 order by n limit 3",
    "select id, sum(d) over (partition by id order by ts rows between 2 preceding and current row) as s from flights",
    "select id, row_number() over (partition by id order by ts) as n, lag(d) over (order by ts) from flights qualify n = 1",
    "select distinct on (id) id, t from flights order by id, ts",
    "select f.id, tr.id as other from flights f left join trains tr on f.id = tr.id where f.id in (select id from trains)",
    "select id from flights union select id from trains",
  ])("%s is accepted of a view that reads whole batches", async (sql) => {
    const first = await accepted(sql, false);
    expect(await accepted(first.normalizedSql, false)).toEqual(first);
  });
});

const invalid: readonly (readonly [string, RegExp])[] = [
  ["", /no statement/],
  ["-- nothing", /no statement/],
  ["select id from flights; select id from trains", /2 statements/],
  ["select id from flights; drop table flights", /no SELECT/],
  ["insert into flights values (1)", /no SELECT/],
  ["create table x as select 1", /no SELECT/],
  ["explain select id from flights", /no SELECT/],
  ["pivot flights on id using count(*)", /no SELECT/],
  ["select id fro flights", /syntax error at or near "flights" \(character 15\)/],
  ["select nope from flights", /"nope" not found.*flights\(id, ts, t, l, s, m, d, j\)/],
  ["select x.id from flights", /Referenced table "x" not found/],
  ["select rowid from flights", /"rowid" not found/],
  ["select id + t::integer[] from flights", /No function matches/],
  ["select id, ID from flights", /more than one output column is named "id"/],
  [`select '${"x".repeat(70_000)}' from flights`, /at most 65536/],
  ["select id\0 from flights", /NUL/],
  [`select ${"(".repeat(30_000)}id${")".repeat(30_000)} from flights`, /./],
  [`select ${"1+".repeat(15_000)}id from flights`, /./],
];

describe("SQL that is invalid", () => {
  it.each(invalid)("%.60s is refused and says why", async (sql, words) => {
    const result = await check(sql);
    expect(result).toMatchObject({ verdict: "refused", code: "INVALID_SQL" });
    expect(result.verdict === "refused" && result.problems.join()).toMatch(words);
  });
});

const undeclared: readonly (readonly [string, RegExp])[] = [
  ["select 1", /without from/],
  ["values (1)", /list of values/],
  ["select * from (values (1)) v", /list of values/],
  ["select * from range(3)", /table function/],
  ["select * from unnest([1])", /table function/],
  ["select * from duckdb_settings()", /table function/],
  ["select * from duckdb_tables", /not a declared source/],
  ["select * from pg_catalog.pg_class", /without a schema/],
  ["select * from information_schema.tables", /without a schema/],
  ["select * from main.flights", /without a schema/],
  ["select * from memory.main.flights", /without a schema/],
  ["select * from flights at (version => 1)", /at \(/],
  ["summarize flights", /summarize/],
  ["describe flights", /describe/],
  ["show tables", /show/],
  ["with flights as (select id from trains) select * from flights", /hides/],
  ["with FLIGHTS as (select id from trains) select * from FLIGHTS", /hides/],
  ["select * from (with c as (from trains) from c) union all from c", /"c" is not a declared source/],
  ["with c as (from c) from c", /"c" is not a declared source/],
  ["with recursive r as (select id from flights union all select id from r) from r", /RECURSIVE/],
  ["select current_date from (select id from trains)", /current_date/],
  ["select columns(c -> c like 'i%') from flights", /columns/],
];

describe("SQL that reads what is not declared", () => {
  it.each(undeclared)("%s is refused", async (sql, words) => {
    const result = await check(sql);
    expect(result).toMatchObject({ verdict: "refused", code: "SQL_NOT_ALLOWED" });
    expect(result.verdict === "refused" && result.problems.join()).toMatch(words);
  });
});

describe("the parsed form", () => {
  it("is the same whatever the white space, comments and letter case of keywords", async () => {
    const plain = await accepted("select id, lower(t) as t from flights where id > 1");
    const ornate = await accepted(
      "SELECT id,\n  -- a comment\n LOWER(t) /* x */ AS t\nFROM flights WHERE (id > 1);",
    );
    expect(ornate.parsedForm).toBe(plain.parsedForm);
    expect(ornate.normalizedSql).toBe("SELECT id, lower(t) AS t FROM flights WHERE (id > 1)");
  });

  it("differs where a constant differs, also beyond what a JavaScript number holds", async () => {
    const one = await accepted("select 12345678901234567890123 as x from flights");
    const other = await accepted("select 12345678901234567890124 as x from flights");
    expect(other.parsedForm).not.toBe(one.parsedForm);
  });
});

it("the output columns come with DuckDB's types", async () => {
  const { columns } = await accepted("select id, d / 2 as half, [t] as texts, j from flights");
  expect(columns).toEqual([
    { name: "id", type: "BIGINT" },
    { name: "half", type: "DOUBLE" },
    { name: "texts", type: "VARCHAR[]" },
    { name: "j", type: "JSON" },
  ]);
});

it("a declared column type that is more than a type is refused", async () => {
  const smuggled = [{ name: "flights", columns: [{ name: "id", type: "bigint), (select 1" }] }];
  const result = await engine.check({ sql: "from flights", relations: smuggled, rowWise: true });
  expect(result).toMatchObject({ verdict: "refused", code: "INVALID_SQL" });
});

it("every name that DuckDB takes for a call without parentheses is known as one", async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const reader = await connection.runAndReadAll(
    "select distinct function_name::varchar from duckdb_functions()",
  );
  const names = reader.getRowsJson().flatMap(([name]) => (typeof name === "string" ? [name] : []));
  const calls: string[] = [];
  for (const name of names)
    if (await binds(`select "${name}" from (select 1 as only_column)`)) calls.push(name);
  expect(calls.filter((name) => !valueKeywords.has(name))).toEqual([]);

  async function binds(sql: string): Promise<boolean> {
    return connection.prepare(sql).then(
      () => true,
      () => false,
    );
  }
});
