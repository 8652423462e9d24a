import { join } from "node:path";
import type { EmbeddedPlatform } from "@tesela/platform";
import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  declarationsOf,
  entity,
  featureTable,
  parquetFiles,
  sql,
  sum,
  type Workspace,
} from "@tesela/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeParquet } from "./faults/duckdb.ts";
import { startTestPlatform, type TestPlatform } from "./test-platform.ts";

const DELETED_AT = "2024-01-05T06:30:00Z";
const person = entity({ name: "person", joinKeys: { tenant: "string", id: "int64" } });
const payments = batchSource({
  name: "payments",
  batch: parquetFiles("payments.parquet", { timestampField: "ts" }),
});
const common = {
  entities: [person],
  sources: { payments },
  transform: ({ payments: source }: { payments: Parameters<typeof sql>[1] }) =>
    sql`select tenant, id, ts, amount from ${source}`,
  timestampField: "ts",
  batchSchedule: "1d",
  featureStartTime: "2024-01-01T00:00:00Z",
  online: true,
  offline: true,
} as const;
const spent = batchFeatureView({
  ...common,
  name: "spent",
  aggregationInterval: "1h",
  features: [sum("amount", "3d"), count("amount", "3d")],
});
const latest = batchFeatureView({ ...common, name: "latest", features: [attribute("amount", "int64")] });
const profile = featureTable({
  name: "profile",
  entities: [person],
  timestampField: "at",
  features: [attribute("plan", "string")],
  featureStartTime: "2024-01-01T00:00:00Z",
  online: true,
  offline: true,
});

const BIG = 2n ** 53n + 1n;
const gone = { tenant: "a,'ñ", id: BIG };
const near = { tenant: "a,'ñ", id: 2n ** 53n };
const row = (key: typeof gone, at: string, amount: number): string =>
  `('${key.tenant.replaceAll("'", "''")}', ${key.id}::bigint, timestamp '2024-01-${at}', ${amount}::bigint)`;

describe.each(["postgres", "redis"] as const)("deletion of keys on %s", (backend) => {
  let directory: string;
  let platform: EmbeddedPlatform;
  let workspace: Workspace;
  let stop: TestPlatform["stop"];

  async function writeEvents(...rows: readonly string[]): Promise<void> {
    const select = `select * from (values ${rows.join(", ")}) as t(tenant, id, ts, amount)`;
    await writeParquet(join(directory, "payments.parquet"), select);
  }

  const events = ["02 10:00", "03 10:00", "05 01:00"].flatMap((at, index) => [
    row(gone, at, 10 + index),
    row(near, at, 100 + index),
  ]);

  beforeAll(async () => {
    ({ directory, platform, workspace, stop } = await startTestPlatform({ backend, clock: DELETED_AT }));
    await writeEvents(...events);
    await workspace.apply(declarationsOf({ person, payments, spent, latest, profile }));
    for (const view of [spent, latest]) await materialize(view, "2023-12-29", "2024-01-05");
    await workspace.getFeatureView(profile).ingest([
      { ...gone, at: new Date("2024-01-02T00:00:00Z"), plan: "gold" },
      { ...near, at: new Date("2024-01-02T00:00:00Z"), plan: "free" },
    ]);
  });
  afterAll(() => stop());

  async function materialize(
    view: typeof spent | typeof latest,
    startTime: string,
    endTime: string,
    overwrite = false,
  ): Promise<void> {
    const target = workspace.getFeatureView(view.name);
    const from = view === latest && startTime < "2023-12-31" ? "2023-12-31" : startTime;
    const id = await target.triggerMaterializationJob({ startTime: from, endTime, overwrite });
    await target.waitForMaterializationJob(id, { timeout: "60s" });
  }

  async function finish(ids: readonly string[]): Promise<void> {
    const view = workspace.getFeatureView("spent");
    for (const id of ids) await view.waitForMaterializationJob(id, { timeout: "60s" });
  }

  const online = async (name: string, key: typeof gone) =>
    (await workspace.getFeatureView(name).getOnlineFeatures(key)).toArray();

  const history = async (name: string, at: string, options: object = {}) => {
    const spine = [gone, near].map((key) => ({ ...key, at: new Date(`2024-01-${at}Z`) }));
    const frame = await workspace.getFeatureView(name).getHistoricalFeatures(spine, options);
    const rows = await frame.toRows();
    return rows.map((one) =>
      Object.entries(one).flatMap(([name_, value]) => (name_.includes(".") ? [value] : [])),
    );
  };

  test("before the deletion every path knows the key", async () => {
    expect(await online("spent", gone)).toEqual([21n, 2]);
    expect(await online("latest", gone)).toEqual([11n]);
    expect(await online("profile", gone)).toEqual(["gold"]);
    expect(await history("latest", "04T00:00:00")).toEqual([[11n], [101n]]);
  });

  test("TIME T17: once acknowledged no read shows it, and no other key has lost anything", async () => {
    const asOf = new Date().toISOString();
    const ids: string[] = [];
    for (const name of ["spent", "latest", "profile"]) {
      ids.push(...(await workspace.getFeatureView(name).deleteKeys([gone])));
    }
    const after = { spent: [null, 0], latest: [null], profile: [null] };
    const near_ = { spent: [201n, 2], latest: [101n], profile: ["free"] };
    const check = async (): Promise<void> => {
      for (const name of ["spent", "latest", "profile"] as const) {
        expect(await online(name, gone)).toEqual(after[name]);
        expect(await online(name, near)).toEqual(near_[name]);
        expect(await history(name, "05T00:00:00")).toEqual([after[name], near_[name]]);
        expect(await history(name, "05T00:00:00", { asOf })).toEqual([after[name], near_[name]]);
      }
      for (const name of ["spent", "latest"] as const) {
        expect(await history(name, "05T00:00:00", { fromSource: true })).toEqual([after[name], near_[name]]);
      }
    };
    await check();
    await finish(ids);
    await check();
    const range = await workspace.getFeatureView("latest").getHistoricalFeatures();
    expect((await range.toRows()).filter((one) => one["id"] === BIG)).toEqual([]);
  });

  test("every file was rewritten, kept snapshots too, and a scan is the proof", async () => {
    for (const name of ["spent", "latest", "profile"]) {
      const proof = await workspace.getFeatureView(name).verifyDeletedKeys();
      expect(proof).toMatchObject({ deletions: 1, keys: 1, files: 1, found: 0, filesWithKeys: [] });
    }
    const status = await workspace.getFeatureView("spent").deletionStatus({ sortColumns: ["STORE"] });
    expect(status.rows.map((one) => [one["STORE"], one["STATUS"]])).toEqual([
      ["OFFLINE", "SUCCESS"],
      ["ONLINE", "SUCCESS"],
    ]);
    expect(status.mayRemain.join()).toContain("batch sources");
    expect(String(status)).toContain("JOB_CREATED_AT");
  });

  test("no overwrite, ingest or recreate brings it back; rows from the deletion on are new data", async () => {
    await writeEvents(...events, row(gone, "05 06:29:59.999999", 7), row(gone, "05 06:30:00", 1000));
    await platform.setClock("2024-01-06T12:00:00Z");
    for (const view of [spent, latest]) {
      await materialize(view, "2024-01-02", "2024-01-06", true);
      expect(await online(view.name, gone)).toEqual(view === spent ? [1000n, 1] : [1000n]);
      const expected = view === spent ? [1000n, 1] : [1000n];
      expect((await history(view.name, "06T00:00:00"))[0]).toEqual(expected);
      expect((await history(view.name, "06T00:00:00", { fromSource: true }))[0]).toEqual(expected);
      expect((await history(view.name, "05T00:00:00"))[0]![0]).toBeNull();
      expect(await workspace.getFeatureView(view.name).verifyDeletedKeys()).toMatchObject({ found: 0 });
    }
    const table = workspace.getFeatureView(profile);
    await table.ingest([{ ...gone, at: new Date("2024-01-04T00:00:00Z"), plan: "old" }]);
    expect(await online("profile", gone)).toEqual([null]);
    await table.ingest([{ ...gone, at: new Date("2024-01-06T00:00:00Z"), plan: "new" }]);
    expect(await online("profile", gone)).toEqual(["new"]);
    expect(await history("profile", "06T10:00:00")).toEqual([["new"], ["free"]]);
    expect((await history("profile", "05T00:00:00"))[0]).toEqual([null]);
  });

  test("after a recreate the key is still deleted, on the new generation's every path", async () => {
    const again = batchFeatureView({
      ...common,
      name: "latest",
      ttl: "30d",
      features: [attribute("amount", "int64")],
      transform: ({ payments: source }) => sql`select tenant, id, ts, amount + 0 as amount from ${source}`,
    });
    const plan = await workspace.plan(declarationsOf({ person, payments, spent, again, profile }));
    await workspace.apply({ planId: plan.id });
    await materialize(latest, "2023-12-31", "2024-01-05");
    // The feature server serves the generation before until it looks at the plan again.
    await platform.setClock("2024-01-06T12:00:00Z");
    expect(await online("latest", gone)).toEqual([null]);
    expect(await online("latest", near)).toEqual([101n]);
    expect(await history("latest", "05T00:00:00")).toEqual([[null], [101n]]);
    expect(await history("latest", "05T00:00:00", { fromSource: true })).toEqual([[null], [101n]]);
    expect(await workspace.getFeatureView("latest").verifyDeletedKeys()).toMatchObject({ found: 0 });
  });

  test("only full keys of the right types, and not too many of them", async () => {
    const view = workspace.getFeatureView("spent");
    const deleted = (keys: object[]) => view.deleteKeys(keys as never);
    await expect(deleted([{ tenant: "a" }])).rejects.toMatchObject({ code: "VALIDATION", message: /"id"/ });
    await expect(deleted([{ tenant: null, id: 1 }])).rejects.toMatchObject({
      code: "VALIDATION",
      message: /"tenant" is null/,
    });
    await expect(deleted([{ tenant: "a", id: "x" }])).rejects.toMatchObject({ code: "VALIDATION" });
    await expect(deleted([{ ...gone, more: 1 }])).rejects.toMatchObject({
      code: "VALIDATION",
      message: /"more"/,
    });
    const many = Array.from({ length: 10_001 }, (_, id) => ({ tenant: "t", id }));
    await expect(deleted(many)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", fix: /2 calls/ });
  });
});
