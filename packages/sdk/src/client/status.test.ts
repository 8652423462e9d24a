import type { Attempt, Coverage, Job } from "@tesela/contract";
import { expect, test } from "vitest";
import { inspect } from "node:util";
import { ViewCoverage } from "./coverage.ts";
import { materializationStatusOf, type MaterializationStatusOptions } from "./status.ts";

const attempt: Attempt = {
  number: 1,
  state: "FAILURE",
  startedAt: "2024-01-03T00:00:00Z",
  endedAt: "2024-01-03T00:00:01Z",
  error: { code: "SOURCE_MISSING", message: "no file" },
  workerId: "w",
  rows: null,
};
const failed: Job = {
  id: "old",
  featureView: "delays",
  workspace: "prod",
  type: "batch",
  trigger: "manual",
  rejectedRows: null,
  state: "SUCCESS",
  startTime: "2024-01-01T00:00:00Z",
  endTime: "2024-01-02T00:00:00Z",
  online: true,
  offline: true,
  overwrite: false,
  useManagedRetries: true,
  retryAt: null,
  error: null,
  createdAt: "2024-01-03T00:00:00Z",
  updatedAt: "2024-01-03T00:00:02Z",
  attempts: [attempt, { ...attempt, number: 2, state: "SUCCESS", error: null, rows: 7 }],
  progress: { phase: "done", fraction: 1, rows: 7, bytes: 900 },
};
const waiting: Job = {
  ...failed,
  id: "new",
  state: "PENDING",
  startTime: "2023-12-01T00:00:00Z",
  endTime: "2023-12-02T00:00:00Z",
  createdAt: "2024-01-04T00:00:00Z",
  attempts: [],
};
const compaction: Job = { ...failed, id: "tidy", type: "compact" };

let asked = 0;
async function* newestFirst(): AsyncGenerator<Job> {
  for (const job of [waiting, compaction, failed]) {
    asked += 1;
    yield await Promise.resolve(job);
  }
}
const statusOf = (options: MaterializationStatusOptions = {}) =>
  materializationStatusOf(newestFirst(), options);

test("the status has a row for each attempt, the newest first, and one for a job that waits for its first", async () => {
  const status = await statusOf();
  expect(status.rows).toEqual([
    {
      TYPE: "BATCH",
      WINDOW_START_TIME: "2023-12-01T00:00:00Z",
      WINDOW_END_TIME: "2023-12-02T00:00:00Z",
      STATUS: "PENDING",
      ATTEMPT_NUMBER: null,
      JOB_CREATED_AT: "2024-01-04T00:00:00Z",
      JOB_LOGS: null,
    },
    expect.objectContaining({ STATUS: "SUCCESS", ATTEMPT_NUMBER: 2, JOB_LOGS: null }),
    expect.objectContaining({ STATUS: "FAILURE", ATTEMPT_NUMBER: 1, JOB_LOGS: "SOURCE_MISSING: no file" }),
  ]);
});

test("a verbose status tells stores, workers, rows and progress too", async () => {
  const [, second] = (await statusOf({ verbose: true })).rows;
  expect(second).toMatchObject({
    JOB_ID: "old",
    ONLINE: true,
    TRIGGER: "manual",
    ROWS: 7,
    BYTES: 900,
    WORKER_ID: "w",
  });
});

test("only errors are shown where only they are asked for", async () => {
  const { rows } = await statusOf({ errorsOnly: true });
  expect(rows.map((row) => [row.STATUS, row.ATTEMPT_NUMBER])).toEqual([["FAILURE", 1]]);
});

test("no more jobs are asked for than the limit", async () => {
  asked = 0;
  expect((await statusOf({ limit: 1 })).rows).toHaveLength(1);
  expect(asked).toBe(1);
  expect((await statusOf({ limit: 0 })).rows).toEqual([]);
});

test("rows are sorted by columns, given as a list or with commas; an unknown one is named", async () => {
  const numbers = async (sortColumns: string | string[]) =>
    (await statusOf({ sortColumns })).rows.map((row) => row.ATTEMPT_NUMBER);
  expect(await numbers("job_created_at, attempt_number")).toEqual([1, 2, null]);
  expect(await numbers(["ATTEMPT_NUMBER"])).toEqual([null, 1, 2]);
  await expect(statusOf({ sortColumns: "JOB_ID" })).rejects.toMatchObject({
    code: "VALIDATION",
    message: 'There is no column "JOB_ID" to sort the status by.',
    fix: expect.stringContaining("verbose: true has more") as unknown,
  });
});

test("the status prints as a table, and travels as its rows", async () => {
  const status = await statusOf();
  expect(String(status).split("\n").slice(0, 3)).toEqual([
    "TYPE  | WINDOW_START_TIME    | WINDOW_END_TIME      | STATUS  | ATTEMPT_NUMBER | JOB_CREATED_AT       | JOB_LOGS",
    "------+----------------------+----------------------+---------+----------------+----------------------+------------------------",
    "BATCH | 2023-12-01T00:00:00Z | 2023-12-02T00:00:00Z | PENDING |                | 2024-01-04T00:00:00Z |",
  ]);
  expect(inspect(status)).toBe(String(status));
  expect(JSON.parse(JSON.stringify(status))).toEqual(status.rows);
});

test("coverage is the gaps of both stores with their jobs, and how fresh each is", () => {
  const range = { startTime: "2024-01-02T00:00:00Z", endTime: "2024-01-03T00:00:00Z" };
  const store: Coverage["offline"] = {
    materialized: [{ startTime: "2024-01-01T00:00:00Z", endTime: "2024-01-02T00:00:00Z" }],
    missing: [],
    running: [],
    waiting: [],
    failed: [{ ...range, jobId: "j" }],
    cancelled: [],
    stale: [],
    edge: "2024-01-02T00:00:00Z",
    expectedEdge: "2024-01-03T00:00:00Z",
    lagSeconds: 86_400,
  };
  const none = { materialized: [], failed: [], edge: null, expectedEdge: null, lagSeconds: null };
  const coverage = new ViewCoverage({
    featureView: "delays",
    now: "2024-01-03T02:00:00Z",
    batchTrigger: "scheduled",
    offline: store,
    online: { ...store, ...none },
    latestCommitAt: null,
    sourcesSeenAt: null,
    scheduleError: null,
  });
  expect(coverage.gaps).toEqual([{ store: "offline", reason: "failed", ...range, jobId: "j" }]);
  expect(coverage.offline).toEqual({
    readyTime: "2024-01-02T00:00:00Z",
    expectedReadyTime: "2024-01-03T00:00:00Z",
    lagSeconds: 86_400,
  });
  expect(String(coverage).split("\n").slice(2)).toEqual([
    "offline | materialized | 2024-01-01T00:00:00Z | 2024-01-02T00:00:00Z |",
    "offline | failed       | 2024-01-02T00:00:00Z | 2024-01-03T00:00:00Z | j",
    "offline: ready to 2024-01-02T00:00:00Z, due to 2024-01-03T00:00:00Z, 86400 s behind",
    "online: nothing is due",
  ]);
});
