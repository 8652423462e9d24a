import { join } from "node:path";
import type { Coverage, Job, JobLogLine } from "@tesela/contract";
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
  type Workspace,
} from "@tesela/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeParquet } from "./faults/duckdb.ts";
import { startTestPlatform, type TestPlatform } from "./test-platform.ts";

const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
const events = batchSource({
  name: "events",
  batch: parquetFiles("events-*.parquet", { timestampField: "date", dataDelay: "2h" }),
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
  features: [sum("amount", "3d"), count("amount", "1d")],
});
const last = batchFeatureView({
  ...common,
  name: "last",
  features: [attribute("amount", "int64")],
  ttl: "2d",
});
const byHand = batchFeatureView({
  ...common,
  name: "by_hand",
  batchTrigger: "manual",
  features: [attribute("amount", "int64")],
});
const many = batchSource({ name: "many", batch: parquetFiles("many.parquet", { timestampField: "date" }) });
/** So much to compute for so many rows that the job can be cancelled while it runs. */
const slow = batchFeatureView({
  ...common,
  name: "slow",
  batchTrigger: "manual",
  sources: { many },
  transform: ({ many: source }) =>
    sql`select user_id, date, amount from ${source}
      where md5(md5(md5(md5(md5(md5(md5(md5(md5(md5(amount::varchar)))))))))) <> 'x'`,
  features: [attribute("amount", "int64")],
});

describe.each(["postgres", "redis"] as const)("the schedule on %s", (backend) => {
  let directory: string;
  let platform: EmbeddedPlatform;
  let workspace: Workspace;
  let stop: TestPlatform["stop"];

  const write = (file: string, query: string): Promise<void> => writeParquet(join(directory, file), query);

  /** One file a day, ten users, an event each hour. */
  async function writeDay(day: number, factor = 1): Promise<void> {
    const date = `2024-01-${String(day).padStart(2, "0")}`;
    await write(
      `events-${date}.parquet`,
      `select hour % 10 as user_id, timestamp '${date}' + hour * interval 1 hour as date,
        (hour * ${day} * ${factor})::bigint as amount
      from range(24) as hours (hour)`,
    );
  }

  async function writeMany(): Promise<void> {
    const query = `select number % 10 as user_id, timestamp '2024-01-12' + number * interval 1 microsecond as date,
      number as amount
    from range(8000000) as numbers (number)`;
    await write("many.parquet", query);
  }

  const call = async <Body>(method: string, path: string): Promise<Body> => {
    const response = await fetch(`${platform.url}/v1/workspaces/default/${path}`, {
      method,
      headers: { authorization: `Bearer ${platform.apiKey}`, "content-type": "application/json" },
      ...(method === "POST" ? { body: "{}" } : {}),
    });
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(body));
    return body as Body;
  };
  const coverageOf = async (view: string): Promise<Coverage> =>
    (await call<{ coverage: Coverage }>("GET", `feature-views/${view}/coverage`)).coverage;
  const jobsOf = async (view: string): Promise<readonly Job[]> =>
    (await call<{ jobs: readonly Job[] }>("GET", `materialization-jobs?view=${view}&limit=1000`)).jobs;
  /** How far both stores are, once no job is left to wait for. */
  const reached = async (view: string): Promise<string> => {
    const { offline, online } = await coverageOf(view);
    const open = [offline, online].flatMap(({ waiting, running }) => [...waiting, ...running]);
    return open.length > 0 ? "not yet" : `${offline.edge?.slice(8, 10)} ${online.edge?.slice(8, 10)}`;
  };
  const untilReached = async (view: string, day: string): Promise<void> => {
    await expect.poll(() => reached(view), { timeout: 60_000, interval: 100 }).toBe(`${day} ${day}`);
  };
  const jobOf = async (id: string): Promise<Job> =>
    (await call<{ job: Job }>("GET", `materialization-jobs/${id}`)).job;
  const untilState = async (id: string, state: string): Promise<void> => {
    await expect.poll(async () => (await jobOf(id)).state, { timeout: 30_000, interval: 20 }).toBe(state);
  };

  beforeAll(async () => {
    const clock = "2024-01-25T02:00:00Z";
    const options = { backend, clock, workerMemory: "512MB", scheduler: "on" } as const;
    ({ directory, platform, workspace, stop } = await startTestPlatform(options));
    for (let day = 8; day < 29; day++) await writeDay(day);
    await writeMany();
    await workspace.apply(declarationsOf({ user, events, many, spent, last, byHand, slow }));
  });
  afterAll(() => stop());

  const spine = Array.from({ length: 10 }, (_, id) => ({
    user_id: BigInt(id),
    at: new Date("2024-01-25T03:00:00Z"),
  }));

  test("a view that is applied gets its history: what is served in both stores, the rest offline alone", async () => {
    await untilReached("spent", "25");
    await untilReached("last", "25");
    const { offline, online } = await coverageOf("spent");
    expect(offline).toMatchObject({
      materialized: [{ startTime: "2024-01-08T00:00:00Z", endTime: "2024-01-25T00:00:00Z" }],
      missing: [],
      failed: [],
      lagSeconds: 0,
    });
    expect(online.materialized).toEqual([
      { startTime: "2024-01-22T00:00:00Z", endTime: "2024-01-25T00:00:00Z" },
    ]);
    const jobs = await jobsOf("spent");
    expect(jobs.length).toBeLessThanOrEqual(12);
    expect(new Set(jobs.map(({ state, trigger }) => `${state} ${trigger}`))).toEqual(
      new Set(["SUCCESS backfill"]),
    );
    expect(await jobsOf("by_hand")).toEqual([]);
  });

  test.each([spent, last])("its values are those of the source, offline and online", async (declared) => {
    const view = workspace.getFeatureView(declared.name);
    const rows = async (fromSource: boolean) =>
      (await view.getHistoricalFeatures(spine, { fromSource })).toRows();
    const [stored, computed] = [await rows(false), await rows(true)];
    expect(stored).toEqual(computed);
    for (const [index, { user_id }] of spine.entries()) {
      const vector = (await view.getOnlineFeatures({ user_id })).toObject();
      const named = Object.entries(vector).map(([name, value]) => [`${declared.name}.${name}`, value]);
      expect(stored[index]).toMatchObject(Object.fromEntries(named));
    }
  });

  test("each interval that ends gets one job, and none is missed while the platform was away", async () => {
    await platform.setClock("2024-01-26T01:59:59Z");
    await platform.setClock("2024-01-28T02:00:00Z");
    await untilReached("spent", "28");
    const made = (await jobsOf("spent"))
      .filter(({ trigger }) => trigger === "schedule")
      .toSorted((a, b) => (a.startTime! < b.startTime! ? -1 : 1));
    expect(made.map(({ startTime }) => startTime!.slice(8, 10))).toEqual(["25", "26", "27"]);
    const startedAt = made.map(({ attempts }) => attempts[0]!.startedAt);
    expect(startedAt).toEqual(startedAt.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  test("a range whose source files changed shows as stale, and a refresh brings what they say now", async () => {
    const look = async () =>
      (await call<{ coverage: Coverage }>("POST", "feature-views/last/refresh-staleness")).coverage;
    await untilReached("last", "28");
    expect(await look()).toMatchObject({ offline: { stale: [] }, online: { stale: [] } });
    await writeDay(27, 100);
    const { offline } = await look();
    expect(offline.stale).toEqual([{ startTime: "2024-01-27T00:00:00Z", endTime: "2024-01-28T00:00:00Z" }]);
    const view = workspace.getFeatureView("last");
    const before = (await view.getOnlineFeatures({ user_id: 3n })).toObject();
    const { jobs } = await call<{ jobs: readonly Job[] }>("POST", "feature-views/last/refresh");
    for (const { id } of jobs) await untilState(id, "SUCCESS");
    const after = (await view.getOnlineFeatures({ user_id: 3n })).toObject();
    expect(after["amount"]).toBe((before["amount"] as bigint) * 100n);
    expect(await look()).toMatchObject({ offline: { stale: [] }, online: { stale: [] } });
  });

  test("a running job stops when it is cancelled; its range stays empty until it is refilled", async () => {
    const view = workspace.getFeatureView("slow");
    const id = await view.triggerMaterializationJob({ startTime: "2024-01-10", endTime: "2024-01-28" });
    const phase = async () => (await jobOf(id)).progress.phase;
    await expect.poll(phase, { timeout: 30_000, interval: 20 }).toBe("reading");
    await call("POST", `materialization-jobs/${id}/cancel`);
    await untilState(id, "MANUALLY_CANCELLED");
    const { offline } = await coverageOf("slow");
    expect(offline.cancelled).toEqual([
      { startTime: "2024-01-10T00:00:00Z", endTime: "2024-01-28T00:00:00Z", jobId: id },
    ]);
    expect(await call("POST", "feature-views/slow/refill")).toEqual({ released: 1, jobsMade: 0 });
    expect((await coverageOf("slow")).offline.missing).toHaveLength(1);
    const { logs } = await call<{ logs: readonly JobLogLine[] }>("GET", `materialization-jobs/${id}/logs`);
    expect(logs.map(({ message }) => message).join("\n")).toMatch(
      /attempt 1 on worker[^]*reading[^]*CANCELLED/,
    );
  });
});
