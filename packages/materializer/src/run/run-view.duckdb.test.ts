import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunPayload } from "@tesela/contract";
import {
  NO_DELETED_KEYS,
  parseInstant,
  quoteLiteral,
  type DeletedKeys,
  type FeatureViewDefinition,
} from "@tesela/core";
import { openOfflineStore, resultPath, spinePath } from "@tesela/offline-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultParquetLimits } from "../cage/parquet-limits.ts";
import { createEngine } from "../engine/engine.ts";
import { day, query, table, writeParquet } from "../testing/tables.ts";
import { amount, sourceOf, user, viewOf } from "../testing/views.ts";
import { runView } from "./run-view.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "run-view-")));
const sources = join(root, "sources");
const engine = createEngine({ memoryBytes: 512e6, threads: 2, tempRoot: join(root, "engines") });
const offlineStore = openOfflineStore(join(root, "offline"));
const context = {
  engine,
  offlineStore,
  sourceRoots: [sources],
  sourceLimits: defaultParquetLimits,
  spineLimits: defaultParquetLimits,
};
const COLUMNS = "user_id BIGINT, ts TIMESTAMP, amount BIGINT";
const MOCK = "mock";
const REAL = "real";

beforeAll(async () => {
  mkdirSync(sources, { recursive: true });
  await offlineStore.start();
  await writeParquet(join(sources, "events.parquet"), table(COLUMNS, "9, 01-02 10:00, 9"));
  await sendUp(
    MOCK,
    table(COLUMNS, "1, 01-01 23:00, 1", "1, 01-02 10:00, 2", "1, 01-02 11:00, 4", "2, 01-03 00:00, 8"),
  );
  await sendUp("bare", table("user_id BIGINT, ts VARCHAR", "1, 01-02"));
});
afterAll(async () => {
  await engine.stop();
  await offlineStore.stop();
  await rm(root, { recursive: true });
});

async function sendUp(name: string, rows: string): Promise<void> {
  await using scratch = await offlineStore.createScratch();
  const path = join(scratch.directory, "mock.parquet");
  await writeParquet(path, rows);
  await offlineStore.put(path, spinePath(name, "parquet"));
}

async function run(
  definition: FeatureViewDefinition,
  level: RunPayload["level"],
  options: Partial<Pick<RunPayload, "start" | "end">> & {
    readonly mock?: string;
    readonly deleted?: DeletedKeys;
  } = {},
): Promise<string[]> {
  const { mock = MOCK, deleted = NO_DELETED_KEYS, ...range } = options;
  const payload: RunPayload = {
    kind: "run",
    definition,
    entities: [user],
    sources: [sourceOf("events.parquet")],
    level,
    start: String(day(2)),
    end: String(day(3)),
    now: String(day(9)),
    mocks: mock === REAL ? [] : [{ parameter: "events", path: spinePath(mock, "parquet") }],
    resultPath: resultPath(randomUUID()),
    ...range,
  };
  await runView(context, payload, {}, async () => deleted);
  await using file = await offlineStore.open(payload.resultPath);
  const rows = await query(`select * from read_parquet(${quoteLiteral(file.localPath)})`);
  return rows.map((row) => row.map(String).join(" | ").replaceAll("2024-", "").replaceAll(":00:00", ""));
}

const spend = viewOf("spend", [amount("sum", "2d"), amount("count", "1d")], { aggregationInterval: "1h" });
const balance = viewOf("balance", [{ kind: "attribute", name: "amount", type: "int64" }]);

describe("a run reads rows of [start, end) and nothing else", () => {
  test("disabled: a row at the end is out", async () => {
    expect(await run(spend, "disabled")).toEqual(["1 | 01-02 10 | 2", "1 | 01-02 11 | 4"]);
  });

  test("full: windows that reach back before the start see nothing there", async () => {
    expect(await run(spend, "full")).toEqual(["1 | 01-02 11 | 2 | 1", "1 | 01-02 12 | 6 | 2"]);
  });

  test("full: a longer range fills the windows, whatever the feature start", async () => {
    const late = { ...spend, featureStartTime: "2030-01-01T00:00:00Z" };
    expect(await run(late, "full", { start: String(day(1)), end: String(day(4)) })).toEqual([
      "1 | 01-02 00 | 1 | 1",
      "1 | 01-02 11 | 3 | 2",
      "1 | 01-02 12 | 7 | 3",
      "2 | 01-03 01 | 8 | 1",
    ]);
  });

  test("a tile that ends after the range is in no feature value", async () => {
    const end = String(day(2) + 11n * 3_600_000_000n + 1n);
    expect(await run(spend, "full", { end })).toEqual(["1 | 01-02 11 | 2 | 1"]);
  });

  test("partial: tiles without an interval are as wide as the schedule", async () => {
    const { aggregationInterval: _, ...daily } = spend as typeof spend & { aggregationInterval?: string };
    expect(await run(daily, "partial")).toEqual(["1 | 6 | 2 | 01-02 00 | 01-03 00"]);
  });

  test("attributes at full are the transformation's rows", async () => {
    expect(await run(balance, "full")).toEqual(["1 | 01-02 10 | 2", "1 | 01-02 11 | 4"]);
  });

  test("the default range is the last complete schedule interval before the clock", async () => {
    expect(await run(balance, "full", { start: null, end: null })).toEqual([]);
    expect(await run(balance, "full", { start: null })).toHaveLength(2);
    expect(await run(balance, "full", { end: null })).toHaveLength(2);
  });
});

describe("deleted keys", () => {
  const hour = (of: number) => parseInstant(`2024-01-02T${of}:00:00Z`);
  const gone = { key: [9n], before: hour(11), deletionId: 1n };
  const deleted: DeletedKeys = { joinKeys: user.joinKeys, keys: [gone] };
  const levels = ["disabled", "partial", "full"] as const;

  test.each(levels)("TIME T17: %s shows no row of a source from before the deletion", async (level) => {
    expect(await run(spend, level, { mock: REAL })).toHaveLength(1);
    expect(await run(spend, level, { mock: REAL, deleted })).toEqual([]);
  });

  test("TIME T17: rows from the deletion on are shown as they are, whatever the types of key and time", async () => {
    const sql = "select user_id::integer as user_id, amount, ts::timestamptz as ts from events";
    const wide = viewOf("wide", balance.features, { transform: { sql } });
    const options = { mock: REAL, deleted };
    expect(await run(wide, "disabled", options)).toEqual([]);
    const earlier = { ...deleted, keys: [{ ...gone, before: hour(10) }] };
    expect(await run(wide, "disabled", { ...options, deleted: earlier })).toEqual(["9 | 9 | 01-02 10+00"]);
  });

  test("what is mocked wholly is nobody's data", async () => {
    const ones = { ...deleted, keys: [{ ...gone, key: [1n] }] };
    expect(await run(balance, "disabled", { deleted: ones })).toHaveLength(2);
  });
});

describe("mocks", () => {
  test("a mock replaces its source wholly, without one the source is read", async () => {
    expect(await run(balance, "full", { mock: REAL })).toEqual(["9 | 01-02 10 | 9"]);
  });

  test("a mock is checked like the source at an apply", async () => {
    await expect(run(balance, "full", { mock: "bare" })).rejects.toMatchObject({
      code: "INVALID_SQL",
      message: expect.stringContaining("amount") as string,
    });
  });

  test("TIME T16: a transformation per batch window sees that window's rows of the mock alone", async () => {
    const sql = "select user_id, max(ts) as ts, sum(amount)::bigint as amount from events group by user_id";
    const daily = viewOf("daily", balance.features, { transform: { sql }, incrementalBackfills: true });
    const range = { start: String(day(1)), end: String(day(4)) };
    expect(await run(daily, "disabled", range)).toEqual([
      "1 | 01-01 23 | 1",
      "1 | 01-02 11 | 6",
      "2 | 01-03 00 | 8",
    ]);
  });

  test("TIME T16: a mock without the event time that windows are cut by is refused", async () => {
    const daily = viewOf("daily", balance.features, {
      transform: { sql: "select user_id, ts::timestamp as ts, 1::bigint as amount from events" },
      incrementalBackfills: true,
    });
    await expect(run(daily, "full", { mock: "bare" })).rejects.toMatchObject({
      code: "VALIDATION",
      message: expect.stringContaining('"ts" is VARCHAR') as string,
    });
  });
});

describe("streams", () => {
  test("a stream without an interval is continuous: an interval is a microsecond", async () => {
    const {
      aggregationInterval: _,
      sources,
      ...rest
    } = spend as typeof spend & { aggregationInterval?: string };
    const continuous: FeatureViewDefinition = { ...rest, sources, kind: "streamFeatureView" };
    expect(await run(continuous, "full")).toEqual([
      "1 | 01-02 10.000001 | 2 | 1",
      "1 | 01-02 11.000001 | 6 | 2",
    ]);
  });
});
