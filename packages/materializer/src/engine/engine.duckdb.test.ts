import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "./engine.ts";
import type { WireValue } from "./protocol.ts";

const root = mkdtempSync(join(tmpdir(), "engine-"));
const options = { memoryBytes: 256e6, threads: 1, tempRoot: root };
const engine = createEngine(options);
const endless =
  "select count(*) from range(10_000_000) a, range(10_000_000) b where (a.range * b.range) % 7 = 3";
// Folded while it is bound, where an interrupt is not heard.
const deaf = "select len(repeat('x', 4_000_000_000))";

afterAll(async () => {
  await engine.stop();
  rmSync(root, { recursive: true });
});

async function rows(sql: string, using: Engine = engine): Promise<readonly (readonly WireValue[])[]> {
  const { results } = await using.run({ statements: [{ sql, rows: true }], files: [] });
  return results[0] ?? [];
}

describe("running statements", () => {
  it("statements run in order on one connection, and only the asked-for rows come back", async () => {
    const statements = [{ sql: "create table t as select 7 as x" }, { sql: "from t", rows: true }];
    const { results } = await engine.run({ statements, files: [] });
    expect(results).toEqual([null, [[7]]]);
  });

  it("instants come back as microseconds since the epoch, in UTC, finer digits floored", async () => {
    const sql = `
select
  timestamp '1970-01-01 00:00:00.000001',
  timestamptz '1970-01-01 00:00:01',
  timestamp_s '1970-01-01 00:00:02',
  timestamp_ms '1970-01-01 00:00:00.003',
  timestamp_ns '1969-12-31 23:59:59.999999999',
  current_setting('TimeZone')`;
    expect(await rows(sql)).toEqual([[1n, 1_000_000n, 2_000_000n, 3_000n, -1n, "UTC"]]);
  });

  it("nested values, decimals, dates and blobs survive the way", async () => {
    const sql = `select [1, null], {'a': 'x'}, map {'k': 2}, 1.50::decimal(5, 2), date '2020-01-02', 'ab'::blob, 9223372036854775807`;
    const expected = [
      [1, null],
      { a: "x" },
      [["k", 2]],
      "1.50",
      "2020-01-02",
      Buffer.from("ab"),
      9223372036854775807n,
    ];
    const [row] = await rows(sql);
    expect(row?.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value))).toEqual(expected);
  });

  it("more rows than may be returned are refused", async () => {
    await expect(rows("select * from range(100_001)")).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(await rows("select * from range(100_000)")).toHaveLength(100_000);
  });

  it("the statement that failed is named by its number", async () => {
    const attempt = engine.run({
      statements: [{ sql: "select 1" }, { sql: "select 'x'::integer" }],
      files: [],
    });
    await expect(attempt).rejects.toMatchObject({ code: "VALUE_ERROR", details: { statement: 1 } });
  });

  it("overflow is an error, never a wrap (TIME T6)", async () => {
    await expect(rows("select 9223372036854775807 + 1")).rejects.toMatchObject({ code: "VALUE_ERROR" });
  });
});

describe("limits", () => {
  it("memory that DuckDB counts is limited", async () => {
    const attempt = engine.run({
      statements: [{ sql: "select list(range) from range(100_000_000)" }],
      files: [],
      memoryBytes: 64e6,
      tempBytes: 0,
    });
    await expect(attempt).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  });

  it("memory that DuckDB does not count is limited too, and the engine goes on", async () => {
    await expect(rows("select len(range(2_000_000_000))")).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(await rows("select 1")).toEqual([[1]]);
  });

  it("what does not fit in memory spills to the private temp directory, which is gone afterwards", async () => {
    const sql = "create table t as select range as i, repeat('x', 50) || range as s from range(3_000_000)";
    const counted = "select count(*) from (select distinct s from t)";
    const request = { statements: [{ sql }, { sql: counted, rows: true }], files: [], memoryBytes: 150e6 };
    const { results } = await engine.run(request);
    expect(results[1]).toEqual([[3_000_000n]]);
    expect(readdirSync(join(root, readdirSync(root)[0]!))).toEqual([]);
  });
});

describe("ending a task early", () => {
  it("a signal cancels a running task and the process lives on", async () => {
    const before = await processesOf(engine);
    const abort = new AbortController();
    const onProgress = () => abort.abort();
    const attempt = engine.run(
      { statements: [{ sql: endless }], files: [] },
      { signal: abort.signal, onProgress },
    );
    await expect(attempt).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await processesOf(engine)).toEqual(before);
  });

  it("a task that hears no interrupt is killed with its process", async () => {
    const before = await processesOf(engine);
    const attempt = engine.run({ statements: [{ sql: deaf }], files: [], memoryBytes: 8e9 }, { timeMs: 500 });
    await expect(attempt).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(await processesOf(engine)).not.toEqual(before);
  });

  it("a task past its time limit fails with TIMEOUT", async () => {
    const attempt = engine.run({ statements: [{ sql: endless }], files: [] }, { timeMs: 100 });
    await expect(attempt).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  it("a signal that has fired already starts nothing", async () => {
    const attempt = engine.run(
      { statements: [{ sql: endless }], files: [] },
      { signal: AbortSignal.abort() },
    );
    await expect(attempt).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("progress is told while a task runs", async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const abort = new AbortController();
    const told = { onProgress: resolve, signal: abort.signal };
    const attempt = engine.run({ statements: [{ sql: endless }], files: [] }, told).catch(() => undefined);
    expect(await promise).toBeLessThanOrEqual(100);
    abort.abort();
    await attempt;
  });
});

describe("a process that dies", () => {
  it("fails its task with ENGINE_CRASHED, is logged, and the next task has a new process", async () => {
    const logged: string[] = [];
    const log = { error: (_: unknown, message: string) => logged.push(message) };
    await using own = createEngine({ ...options, log });
    const [pid] = await processesOf(own);
    const onProgress = () => process.kill(pid!, "SIGKILL");
    const attempt = own.run({ statements: [{ sql: endless }], files: [] }, { onProgress });
    await expect(attempt).rejects.toMatchObject({ code: "ENGINE_CRASHED", details: { signal: "SIGKILL" } });
    expect(logged).toEqual(["The engine's process died while it worked on this task."]);
    expect(await rows("select 1", own)).toEqual([[1]]);
  });

  it("between two tasks is replaced unnoticed", async () => {
    await using own = createEngine(options);
    const [pid] = await processesOf(own);
    process.kill(pid!, "SIGKILL");
    await expect.poll(() => own.processIds()).toEqual([]);
    expect(await rows("select 1", own)).toEqual([[1]]);
  });
});

describe("the pool", () => {
  it("runs as many tasks as it has processes, lets a bounded number wait and refuses the rest", async () => {
    await using own = createEngine({ ...options, maxWaiting: 1 });
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => rows(`select ${n}`, own)));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(outcomes[2]).toMatchObject({ reason: { code: "UNAVAILABLE" } });
  });

  it("uses a process for each of two tasks at once", async () => {
    await using own = createEngine({ ...options, size: 2 });
    await Promise.all([rows("select 1", own), rows("select 2", own)]);
    expect(await processesOf(own)).toHaveLength(2);
  });

  it("a stopped engine fails the task under way with CANCELLED and takes no more", async () => {
    const own = createEngine(options);
    const { promise, resolve } = Promise.withResolvers<number>();
    const attempt = own.run({ statements: [{ sql: endless }], files: [] }, { onProgress: resolve });
    const failure = attempt.catch((error: unknown) => error);
    await promise;
    await own.stop();
    expect(await failure).toMatchObject({ code: "CANCELLED" });
    expect(own.processIds()).toEqual([]);
    await expect(rows("select 1", own)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});

/** The process ids of an engine that has run something. */
async function processesOf(own: Engine): Promise<readonly number[]> {
  await rows("select 1", own);
  return own.processIds();
}
