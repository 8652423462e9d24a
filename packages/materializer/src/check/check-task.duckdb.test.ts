import { mkdtempSync, realpathSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BatchSourceDefinition } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultParquetLimits } from "../cage/parquet-limits.ts";
import { createEngine } from "../engine/engine.ts";
import { table, writeParquet } from "../testing/tables.ts";
import { sourceOf } from "../testing/views.ts";
import { runCheck } from "./check-task.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "check-")));
const engine = createEngine({ memoryBytes: 256e6, threads: 1, tempRoot: join(root, "engines") });
const access = { engine, roots: [root], limits: defaultParquetLimits };

beforeAll(async () => {
  const columns = "user_id BIGINT, ts TIMESTAMP, amount DECIMAL(9,2), nested BIGINT[]";
  await writeParquet(join(root, "events.parquet"), table(columns));
  await writeParquet(join(root, "torn.parquet"), table(columns));
  truncateSync(join(root, "torn.parquet"), 100);
});
afterAll(async () => {
  await engine.stop();
  rmSync(root, { recursive: true });
});

const events = sourceOf("events.parquet");

async function check(sql: string, source: BatchSourceDefinition = events) {
  const views = [{ name: "spend", sql, isRowWise: true, sources: [{ parameter: "events", source }] }];
  return (await runCheck(access, { views }, {})).views[0]!;
}

async function problemsOf(sql: string, source?: BatchSourceDefinition) {
  const { problems, resolved } = await check(sql, source);
  expect(resolved).toBeNull();
  return problems;
}

describe("a transformation that fits", () => {
  test("gives its columns with their value types; null where the platform has none", async () => {
    const { problems, resolved } = await check("select *, amount > 1 as large from events");
    expect(problems).toEqual([]);
    expect(resolved!.columns.map(({ name, duckdbType, type }) => `${name} ${duckdbType} ${type}`)).toEqual([
      "user_id BIGINT int64",
      "ts TIMESTAMP timestamp",
      "amount DECIMAL(9,2) float64",
      "nested BIGINT[] null",
      "large BOOLEAN bool",
    ]);
  });

  test("white space and comments do not change the parsed form, a literal does", async () => {
    const form = async (sql: string) => (await check(sql)).resolved!.parsedForm;
    const plain = await form("select user_id, ts, amount + 1 as a from events");
    expect(await form("select user_id,\n ts, -- note\n amount + 1 as a\nfrom events")).toBe(plain);
    expect(await form("select user_id, ts, amount + 2 as a from events")).not.toBe(plain);
  });
});

describe("what is wrong is data, with the path of what it is about", () => {
  test("an unknown column", async () => {
    const [problem, ...others] = await problemsOf("select user_id, ts, amounts from events");
    expect(others).toEqual([]);
    expect(problem!.path).toBe('feature view "spend".transform');
    expect(problem!.message).toMatch(/"amounts".*not found/s);
  });

  test("a relation that is no source of the view", async () => {
    const [problem] = await problemsOf("select * from other");
    expect(problem!.message).toContain("other");
  });

  test("TIME T16: a transformation that is not row-wise", async () => {
    const problems = await problemsOf("select user_id, max(ts) as ts from events group by 1 limit 3");
    expect(problems.length).toBeGreaterThan(0);
    expect(new Set(problems.map(({ path }) => path))).toEqual(new Set(['feature view "spend".transform']));
  });

  test("no SQL at all", async () => {
    expect(await problemsOf("selec user_id")).toHaveLength(1);
  });

  test("a file that is missing is told of the source", async () => {
    const [problem] = await problemsOf("select * from events", sourceOf("nothing.parquet"));
    expect(problem).toMatchObject({ path: 'data source "events"' });
    expect(problem!.message).toContain("nothing.parquet");
  });

  test("a truncated file too", async () => {
    const [problem] = await problemsOf("select * from events", sourceOf("torn.parquet"));
    expect(problem).toMatchObject({ path: 'data source "events"' });
    expect(problem!.message).toContain('"torn.parquet" cannot be read as Parquet');
  });

  test("a way out of the source roots too", async () => {
    const [problem] = await problemsOf("select * from events", sourceOf("/etc/passwd"));
    expect(problem).toMatchObject({ path: 'data source "events"' });
  });

  test.each([
    ["when", 'there is no column "when"'],
    ["amount", 'column "amount" is DECIMAL(9,2)'],
  ])("a timestamp field %s: %s", async (timestampField, message) => {
    const [problem] = await problemsOf("select * from events", {
      ...events,
      batch: { ...events.batch, timestampField },
    });
    expect(problem).toEqual({
      path: 'data source "events".batch.timestampField',
      message,
      fix: "Name a column with a timestamp type; the files have: user_id, ts, amount, nested.",
    });
  });
});

test("each view has its own verdict", async () => {
  const sources = [{ parameter: "events", source: events }];
  const { views } = await runCheck(
    access,
    {
      views: [
        { name: "bad", sql: "select nothing from events", isRowWise: true, sources },
        { name: "good", sql: "select user_id, ts from events", isRowWise: true, sources },
      ],
    },
    {},
  );
  expect(views.map(({ name, resolved }) => [name, resolved === null])).toEqual([
    ["bad", true],
    ["good", false],
  ]);
});

test("a cancelled check is thrown, not told as a problem of the view", async () => {
  const sources = [{ parameter: "events", source: events }];
  const views = [{ name: "spend", sql: "select * from events", isRowWise: true, sources }];
  await expect(runCheck(access, { views }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "CANCELLED",
  });
});

describe("T16 a transformation that runs once per batch window", () => {
  const checkBatch = async (sql: string) => {
    const sources = [{ parameter: "events", source: events }];
    const views = [{ name: "spend", sql, isRowWise: false, sources }];
    return (await runCheck(access, { views }, {})).views[0]!;
  };

  test.each([
    "select user_id, max(ts) as ts, sum(amount) as amount from events group by user_id",
    "select distinct user_id, ts, amount from events",
    "select user_id, ts, row_number() over (partition by user_id order by ts) as n from events",
    "select a.user_id, a.ts, b.amount from events as a join events as b using (user_id)",
    "select user_id, ts, amount from events order by ts, amount limit 10",
  ])("may be %s, which a row-wise one may not", async (sql) => {
    expect((await checkBatch(sql)).problems).toEqual([]);
    await problemsOf(sql);
  });

  test.each([
    "select user_id, now() as ts from events",
    "select user_id, ts, random() as r from events",
    "select user_id, max(ts) as ts, reservoir_quantile(amount, 0.5) as a from events group by user_id",
    "select user_id, ts, amount from events, read_parquet('other.parquet')",
  ])("may still not be %s", async (sql) => {
    expect((await checkBatch(sql)).resolved).toBeNull();
  });
});

test("a stream's transformation is checked against its batch log", async () => {
  const { name, batch } = events;
  const source = { kind: "streamSource", name, stream: { kind: "push" }, batch } as const;
  const sources = [{ parameter: "events", source }];
  const views = [{ name: "spend", sql: "select * from events", isRowWise: true, sources }];
  expect((await runCheck(access, { views }, {})).views[0]?.resolved?.columns).toHaveLength(4);
});
