import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded, type EmbeddedPlatform } from "@tesela/platform";
import { attribute, declarationsOf, entity, featureTable, type Workspace } from "@tesela/sdk";
import { createDatabase } from "@tesela/test/support";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

const NOW = "2024-01-10T00:00:00Z";
const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
const tableNamed = <const Name extends string>(name: Name, extra: { ttl?: string } = {}) =>
  featureTable({
    name,
    entities: [user],
    timestampField: "at",
    createdTimestampField: "made",
    features: [attribute("score", "float64"), attribute("plan", "string")],
    featureStartTime: "2024-01-01T00:00:00Z",
    online: true,
    offline: true,
    ...extra,
  });
const tables = {
  both: tableNamed("both"),
  late: tableNamed("late"),
  files: tableNamed("files"),
  crowd: tableNamed("crowd"),
  brief: tableNamed("brief", { ttl: "2d" }),
};

describe.each(["postgres", "redis"])("feature tables on %s", (backend) => {
  let directory: string;
  let platform: EmbeddedPlatform;
  let workspace: Workspace;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "tesela-tables-"));
    platform = await startEmbedded({
      dir: join(directory, "platform"),
      databaseUrl: await createDatabase(inject("pgUrl")),
      redisPrefix: `feature-table-${randomUUID()}`,
      ...(backend === "redis" ? { redisUrl: inject("redisUrl") } : {}),
      clock: NOW,
      logLevel: "silent",
    });
    workspace = platform.client.getWorkspace("default");
    await workspace.apply(declarationsOf({ user, ...tables }));
  });
  afterAll(async () => {
    await platform.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const row = (
    id: number | bigint,
    at: string,
    score: number | null,
    made = at,
    plan: string | null = null,
  ) => ({
    user_id: id,
    at: new Date(`2024-01-${at}Z`),
    made: new Date(`2024-01-${made}Z`),
    score,
    plan,
  });
  const spine = (...asked: (readonly [number, string])[]) =>
    asked.map(([user_id, at]) => ({ user_id, at: new Date(`2024-01-${at}Z`) }));

  test("what an ingest acknowledged, the next offline and online read see", async () => {
    const table = workspace.getFeatureView(tables.both);
    const job = await table.ingest([
      row(1, "02T10:00:00", 1.5, "02T11:00:00", "007"),
      row(1, "05T10:00:00", 2),
      row(2, "05T10:00:00", null, "05T10:00:00", "gold"),
    ]);
    expect(job).toMatchObject({ type: "ingest", state: "SUCCESS", rejectedRows: 0 });
    expect((await table.getOnlineFeatures({ user_id: 1 })).toArray()).toEqual([2, null]);
    expect((await table.getOnlineFeatures({ user_id: 2n })).toArray()).toEqual([null, "gold"]);
    expect((await table.getOnlineFeatures({ user_id: 3 })).toArray()).toEqual([null, null]);
    const frame = await table.getHistoricalFeatures(
      spine([1, "02T10:00:00"], [1, "02T10:00:00.001"], [1, "09T00:00:00"], [3, "09T00:00:00"]),
      { timestampKey: "at" },
    );
    const rows = await frame.toRows();
    expect(rows.map((one) => [one["both.score"], one["both.plan"]])).toEqual([
      [null, null],
      [1.5, "007"],
      [2, null],
      [null, null],
    ]);
  });

  test("rows of the future wait for the clock; late rows and lost versions change nothing", async () => {
    const table = workspace.getFeatureView(tables.late);
    await table.ingest([row(1, "08T00:00:00", 8, "08T02:00:00"), row(1, "20T00:00:00", 20)]);
    await table.ingest([row(1, "04T00:00:00", 4), row(1, "08T00:00:00", 80, "08T01:00:00")]);
    const online = async () => (await table.getOnlineFeatures({ user_id: 1 })).toArray()[0];
    expect(await online()).toBe(8);
    await platform.setClock("2024-01-20T00:00:00.000001Z");
    expect(await online()).toBe(20);
    await platform.setClock(NOW);
    const frame = await table.getHistoricalFeatures(
      spine([1, "05T00:00:00"], [1, "09T00:00:00"], [1, "21T00:00:00"]),
      { timestampKey: "at" },
    );
    expect((await frame.toRows()).map((one) => one["late.score"])).toEqual([4, 8, 20]);
  });

  test("TIME T7: a row is served until its time plus ttl", async () => {
    const table = workspace.getFeatureView(tables.brief);
    await table.ingest([row(1, "09T00:00:00", 9), row(2, "08T00:00:00", 8)]);
    expect((await table.getOnlineFeatures({ user_id: 1 })).toArray()[0]).toBe(9);
    expect((await table.getOnlineFeatures({ user_id: 2 })).toArray()[0]).toBeNull();
  });

  test("a CSV file is read by the table's types, and what it lacks is named", async () => {
    const table = workspace.getFeatureView(tables.files);
    const path = join(directory, `rows-${backend}.csv`);
    await writeFile(
      path,
      "plan,user_id,at,made,score\n007,1,2024-01-02 10:00,2024-01-02 10:00,3\nx,,2024-01-02,,\n",
    );
    expect(await table.ingest(path)).toMatchObject({ rejectedRows: 1 });
    expect((await table.getOnlineFeatures({ user_id: 1 })).toArray()).toEqual([3, "007"]);
    const lacking = [{ user_id: 1, at: new Date(), score: 1, plan: "x" }];
    await expect(table.ingest(lacking)).rejects.toMatchObject({ code: "VALIDATION", message: /"made"/ });
  });

  test("ten ingests at once all land", async () => {
    const table = workspace.getFeatureView(tables.crowd);
    const all = Array.from({ length: 10 }, (_, i) => [
      row(1, "05T10:00:00", i),
      row(i + 2, "06T10:00:00", i),
    ]);
    await Promise.all(all.map((rows) => table.ingest(rows)));
    expect((await table.getOnlineFeatures({ user_id: 1 })).toArray()[0]).toBe(9);
    expect((await table.getOnlineFeatures({ user_id: 6 })).toArray()[0]).toBe(4);
  });

  test("a feature table is not materialized, and a name alone is enough to ingest", async () => {
    const table = workspace.getFeatureView("crowd");
    const request = { startTime: "2024-01-01", endTime: "2024-01-02" };
    await expect(table.triggerMaterializationJob(request)).rejects.toMatchObject({ code: "VALIDATION" });
    expect(await table.ingest([])).toMatchObject({ state: "SUCCESS", startTime: null });
  });
});
