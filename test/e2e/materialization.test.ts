import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { EmbeddedPlatform } from "@tesela/platform";
import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  declarationsOf,
  entity,
  parquetFiles,
  sql,
  sum,
  MaterializationJobFailedError,
  type FeatureView,
  type Job,
  type Workspace,
} from "@tesela/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeParquet } from "./faults/duckdb.ts";
import { startTestPlatform, type TestPlatform } from "./test-platform.ts";

const NOW = "2024-01-15T00:00:00Z";
const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
const events = batchSource({
  name: "events",
  batch: parquetFiles("events-*.parquet", { timestampField: "date" }),
});
const common = {
  entities: [user],
  sources: { events },
  transform: ({ events: source }: { events: Parameters<typeof sql>[1] }) =>
    sql`select user_id, date, amount from ${source}`,
  timestampField: "date",
  batchSchedule: "1d",
  featureStartTime: "2024-01-11",
  online: true,
  offline: true,
} as const;
const spent = batchFeatureView({
  ...common,
  name: "spent",
  aggregationInterval: "1h",
  features: [sum("amount", "3d"), count("amount", "3d")],
});
const last = batchFeatureView({
  ...common,
  name: "last",
  features: [attribute("amount", "int64")],
  description: "The newest amount",
  owner: "risk@example.com",
  tags: { team: "risk" },
  definedIn: "features/risk.ts",
});
const lone = batchSource({ name: "lone", batch: parquetFiles("lone.parquet", { timestampField: "date" }) });
const failing = batchFeatureView({
  ...common,
  name: "failing",
  sources: { lone },
  transform: ({ lone: source }) => sql`select user_id, date, amount from ${source}`,
  batchTrigger: "manual",
  features: [attribute("amount", "int64")],
});
const untouched = batchFeatureView({
  ...common,
  name: "untouched",
  batchTrigger: "none",
  features: [attribute("amount", "int64")],
});

describe.each(["postgres", "redis"] as const)("materialization on %s", (backend) => {
  let directory: string;
  let platform: EmbeddedPlatform;
  let workspace: Workspace;
  let stop: TestPlatform["stop"];
  /** How many of twenty clients have had a range overwritten. */
  let overwrites = 0;

  async function write(file: string, rows: readonly (readonly [number, string, number])[]): Promise<void> {
    const values = rows.map(([id, at, amount]) => `(${id}::bigint, timestamp '${at}', ${amount}::bigint)`);
    const select = `select * from (values ${values.join(", ")}) as t(user_id, date, amount)`;
    await writeParquet(join(directory, file), select);
  }

  async function materialize(
    view: FeatureView<typeof spent> | FeatureView<typeof last> | FeatureView,
    startTime: string,
    endTime: string,
    overwrite = false,
  ): Promise<Job> {
    const id = await view.triggerMaterializationJob({ startTime, endTime, overwrite });
    return view.waitForMaterializationJob(id, { timeout: "60s" });
  }

  const online = async (name: string, id: number) =>
    (await workspace.getFeatureView(name).getOnlineFeatures({ user_id: id })).toArray();
  const history = async (name: string, options: object = {}) => {
    const spine = [1, 2].map((id) => ({ user_id: BigInt(id), at: new Date(NOW) }));
    const frame = await workspace.getFeatureView(name).getHistoricalFeatures(spine, options);
    const rows = await frame.toRows();
    return rows.map((row) =>
      Object.entries(row).flatMap(([key, value]) => (key.includes(".") ? [value] : [])),
    );
  };

  beforeAll(async () => {
    ({ directory, platform, workspace, stop } = await startTestPlatform({
      backend,
      clock: NOW,
      workerMemory: "512MB",
    }));
    await write("events-11.parquet", [[2, "2024-01-11 10:00", 5]]);
    await write("events-12.parquet", [
      [1, "2024-01-12 10:00", 10],
      [2, "2024-01-12 10:00", 20],
    ]);
    await write("events-13.parquet", [[1, "2024-01-13 10:00", 1]]);
    await write("lone.parquet", [[1, "2024-01-12 10:00", 10]]);
    await workspace.apply(declarationsOf({ user, events, lone, spent, last, failing, untouched }));
  });
  afterAll(() => stop());

  test("overwrite replaces a range whole: what the new run no longer produces is gone from both stores", async () => {
    await materialize(workspace.getFeatureView(spent), "2024-01-08", "2024-01-15");
    await materialize(workspace.getFeatureView(last), "2024-01-10", "2024-01-15");
    const before = {
      spent: [
        [11n, 2],
        [20n, 1],
      ],
      last: [[1n], [20n]],
    };
    const after = {
      spent: [
        [101n, 2],
        [null, 0],
      ],
      last: [[1n], [5n]],
    };
    await write("events-12.parquet", [[1, "2024-01-12 10:00", 100]]);
    for (const name of ["spent", "last"] as const) {
      expect(await history(name)).toEqual(before[name]);
      expect([await online(name, 1), await online(name, 2)]).toEqual(before[name]);
      const view = workspace.getFeatureView(name);
      const again = { startTime: "2024-01-12", endTime: "2024-01-13" };
      await expect(view.triggerMaterializationJob(again)).rejects.toMatchObject({
        code: "VALIDATION",
        message: expect.stringContaining("overlaps what is materialized already") as unknown,
        fix: expect.stringContaining("overwrite: true") as unknown,
      });
      const seen: unknown[] = [];
      const isOver = materialize(view, again.startTime, again.endTime, true).then(() => true);
      do seen.push(await history(name));
      while (!(await Promise.race([isOver, Promise.resolve(false)])));
      for (const one of seen) expect([before[name], after[name]]).toContainEqual(one);
      expect(await history(name)).toEqual(after[name]);
      expect([await online(name, 1), await online(name, 2)]).toEqual(after[name]);
      expect(await history(name, { asOf: NOW })).toEqual(before[name]);
    }
  });

  test("of twenty clients that ask for one range one wins at a time, the others conflict", async () => {
    const view = workspace.getFeatureView("spent");
    const request = { startTime: "2024-01-08", endTime: "2024-01-15", overwrite: true };
    const asked = await Promise.allSettled(
      Array.from({ length: 20 }, () => view.triggerMaterializationJob(request)),
    );
    const won = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const lost = asked.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    expect(won).not.toEqual([]);
    for (const error of lost) expect(error).toMatchObject({ code: "CONFLICT", fix: /Wait for that job/ });
    const jobs = await Promise.all(won.map((id) => view.waitForMaterializationJob(id, { timeout: "60s" })));
    // Whoever asks after the winner's job has ended overwrites what that has made.
    const inTurn = jobs.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
    const times = inTurn.flatMap(({ createdAt, updatedAt }) => [createdAt, updatedAt]);
    expect(times).toEqual(times.toSorted());
    overwrites = jobs.length;
  });

  test("a view without a batch trigger allows no jobs", async () => {
    const request = { startTime: "2024-01-12", endTime: "2024-01-13" };
    const view = workspace.getFeatureView(untouched);
    await expect(view.triggerMaterializationJob(request)).rejects.toMatchObject({
      code: "VALIDATION",
      fix: expect.stringContaining("batchTrigger") as unknown,
    });
  });

  test("a job that failed says why, is tried again by hand, and its status tells both attempts", async () => {
    const view = workspace.getFeatureView(failing);
    const [file, away] = [join(directory, "lone.parquet"), join(directory, "lone.away")];
    await rename(file, away);
    const id = await view.triggerMaterializationJob({ startTime: "2024-01-10", endTime: "2024-01-15" });
    const error: unknown = await view
      .waitForMaterializationJob(id, { timeout: "60s" })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(MaterializationJobFailedError);
    expect(error).toMatchObject({ job: { id, state: "FAILURE" }, lastError: { code: "SOURCE_MISSING" } });
    expect((await view.materializationStatus({ errorsOnly: true })).rows).toHaveLength(1);
    const gaps = (await view.coverage()).gaps.filter(({ store }) => store === "offline");
    expect(gaps).toMatchObject([{ reason: "failed", startTime: "2024-01-10T00:00:00Z", jobId: id }]);
    await rename(away, file);
    expect((await view.retryMaterializationJob(id)).state).toBe("MANUAL_RETRY");
    const phases = new Set<string>();
    const done = await view.waitForMaterializationJob(id, {
      timeout: "60s",
      onProgress: ({ progress }) => phases.add(progress.phase),
    });
    expect(done.progress.bytes).toBeGreaterThan(0);
    expect(phases.size).toBeGreaterThan(0);
    const status = await view.materializationStatus({ verbose: true, sortColumns: "ATTEMPT_NUMBER" });
    expect(status.rows.map((row) => [row.ATTEMPT_NUMBER, row.STATUS])).toEqual([
      [1, "FAILURE"],
      [2, "SUCCESS"],
    ]);
    expect(await view.cancelMaterializationJob(id)).toEqual(done);
    expect((await view.coverage()).gaps).toEqual([]);
    expect((await view.getMaterializationJobLogs(id, { attempt: 1 })).at(-1)).toMatchObject({
      level: "error",
    });
  });

  test("jobs are listed by what they do and by the ranges that they overlap, page by page", async () => {
    const view = workspace.getFeatureView(spent);
    const overlapping = await view.listMaterializationJobs({
      startTime: "2024-01-12T23:59:59Z",
      endTime: "2024-01-13",
      online: true,
      type: "batch",
      trigger: "manual",
    });
    expect(overlapping).toHaveLength(2 + overwrites);
    expect(await view.listMaterializationJobs({ endTime: "2024-01-12" })).toHaveLength(2);
    expect(await view.listMaterializationJobs({ startTime: "2024-01-15" })).toEqual([]);
    expect(await view.listMaterializationJobs({ online: false })).toEqual([]);
    const first = await view.pageOfMaterializationJobs({ limit: 2 });
    const second = await view.pageOfMaterializationJobs({ limit: 2, cursor: first.nextCursor! });
    expect([...first.jobs, ...second.jobs]).toEqual(await view.listMaterializationJobs());
    expect(second.nextCursor).toBeNull();
  });

  test("a loaded view has every attribute, and its summary prints as a table", async () => {
    const view = await workspace.getFeatureView(last).load();
    expect(view).toMatchObject({
      name: "last",
      workspace: "default",
      description: "The newest amount",
      owner: "risk@example.com",
      tags: { team: "risk" },
      definedIn: "features/risk.ts",
      createdAt: expect.stringMatching(/^20\d\d-.*Z$/) as unknown,
      id: expect.stringMatching(/^\d+$/) as unknown,
      url: `${platform.url}/console/workspaces/default/feature-views/last`,
      entityNames: ["user"],
      dataSourceNames: ["events"],
      joinKeys: ["user_id"],
      onlineServingIndex: ["user_id"],
      wildcardJoinKey: null,
      features: ["amount"],
      timestampField: "date",
      featureStartTime: "2024-01-11T00:00:00Z",
      batchSchedule: "1d",
      maxDataDelay: "0s",
      isBatchTriggerManual: false,
      isTemporal: true,
      isTemporalAggregate: false,
      isOnDemand: false,
      family: null,
    });
    expect((await view.getOnlineFeatures({ user_id: 1 })).toArray()).toEqual([1n]);
    const summary = String(await workspace.getFeatureView("last").summary());
    expect(summary).toMatch(/^Owner +\| risk@example\.com$/m);
    expect(summary).toMatch(/^Features +\| amount int64$/m);
    expect(summary).toMatch(/^Offline +\| yes, ready to 2024-01-15T00:00:00Z$/m);
  });
});
