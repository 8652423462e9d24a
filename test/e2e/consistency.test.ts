import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { encodeKey, type KeyValue } from "@tesela/core";
import { openPostgresStore, openRedisStore, scopeOf, type OnlineStore } from "@tesela/online-store";
import { startEmbedded, type EmbeddedPlatform } from "@tesela/platform";
import { openRegistry } from "@tesela/registry";
import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  declarationsOf,
  entity,
  featureTable,
  lastDistinct,
  mean,
  parquetFiles,
  push,
  sql,
  streamFeatureView,
  streamSource,
  sum,
  type Workspace,
} from "@tesela/sdk";
import { COMPILED, createDatabase } from "@tesela/test/support";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

const NOW = "2024-01-05T06:30:00Z";
const user = entity({ name: "user", joinKeys: { user: "string" } });
const payments = batchSource({
  name: "payments",
  batch: parquetFiles("payments.parquet", { timestampField: "ts" }),
});
const clicks = streamSource({
  name: "clicks",
  stream: push(),
  batch: parquetFiles("payments.parquet", { timestampField: "ts", dataDelay: "30m" }),
});
type Handle = Parameters<typeof sql>[1];
const of = (source: Handle) => sql`select "user", ts, amount, amount / 3.0 as share from ${source}`;
const common = {
  entities: [user],
  timestampField: "ts",
  featureStartTime: "2024-01-01",
  online: true,
  offline: true,
} as const;
const batch = { ...common, sources: { payments }, batchSchedule: "1d" } as const;
const transform = { transform: ({ payments: source }: { payments: Handle }) => of(source) };
const latest = batchFeatureView({
  ...batch,
  ...transform,
  name: "latest",
  onlineCache: { maxAge: "1h" },
  features: [attribute("amount", "int64"), attribute("share", "float64")],
});
const spent = batchFeatureView({
  ...batch,
  ...transform,
  name: "spent",
  aggregationInterval: "1h",
  features: [
    sum("amount", "3d"),
    mean("share", "2d"),
    lastDistinct("amount", 3, "3d"),
    count("amount", "1d"),
  ],
});
const clicked = streamFeatureView({
  ...common,
  sources: { clicks },
  transform: ({ clicks: source }: { clicks: Handle }) => of(source),
  batchTrigger: "manual",
  name: "clicked",
  features: [sum("amount", "3d"), count("amount", "12h")],
});
const profile = featureTable({ ...common, name: "profile", features: [attribute("plan", "string")] });
const views = { latest, spent, clicked, profile };
const names = Object.keys(views) as (keyof typeof views)[];

/** Of user u3: days on which it paid, and how much. */
const USERS = Array.from({ length: 20 }, (_, index) => `u${index}`);
const rows = USERS.flatMap((name, index) =>
  ["01 10:00", "03 00:00", `04 ${String(index).padStart(2, "0")}:20`, "05 01:00"].map((at, nth) => ({
    user: name,
    ts: `2024-01-${at}:00`,
    amount: BigInt(index * 7 + nth),
  })),
);

describe.each(["postgres", "redis"] as const)("consistency on %s", (backend) => {
  let directory: string;
  let platform: EmbeddedPlatform;
  let workspace: Workspace;
  let databaseUrl: string;
  const redisPrefix = `consistency-${randomUUID()}`;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "tesela-consistency-"));
    databaseUrl = await createDatabase(inject("pgUrl"));
    platform = await startEmbedded({
      dir: join(directory, "platform"),
      sourceRoots: [directory],
      databaseUrl,
      clock: NOW,
      redisPrefix,
      ...(backend === "redis" ? { redisUrl: inject("redisUrl") } : {}),
      logLevel: "error",
    });
    workspace = platform.client.getWorkspace("default");
    await writeEvents(directory);
    await workspace.apply(declarationsOf({ user, payments, clicks, ...views }));
    await fill(workspace);
  });
  afterAll(async () => {
    await platform?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test.each(names)("T12 what is served is what history says: %s", async (name) => {
    const report = await workspace.getFeatureView(name).checkConsistency();
    expect(String(report)).toContain(`0 of ${USERS.length} keys differ`);
    expect(report).toMatchObject({ isConsistent: true, sampledKeys: USERS.length, explained: [] });
    expect(report.features.every(({ equal }) => equal === USERS.length)).toBe(true);
  });

  test("an instant in the past is answered as far as both stores answer it, and refused beyond", async () => {
    const past = await workspace.getFeatureView("latest").checkConsistency({ at: "2024-01-05T02:00:00Z" });
    expect(past).toMatchObject({ at: "2024-01-05T02:00:00Z", bound: "2024-01-05T00:00:00Z" });
    const future = workspace.getFeatureView("latest").checkConsistency({ at: "2024-01-06" });
    await expect(future).rejects.toMatchObject({ code: "VALIDATION" });
    for (const name of ["latest", "clicked"]) {
      const gone = workspace.getFeatureView(name).checkConsistency({ at: "2024-01-02" });
      await expect(gone).rejects.toMatchObject({ code: "VALIDATION" });
    }
  });

  test("a sample is bounded", async () => {
    const sample = { sampleSize: 5, seed: 7 };
    const view = workspace.getFeatureView("latest");
    expect(await view.checkConsistency(sample)).toMatchObject({ sampledKeys: 5, isConsistent: true });
  });

  test.each([
    ["latest", ["amount", "share"]],
    ["spent", ["amount_sum_3d_1h", "share_mean_2d_1h", "amount_last_distinct_3_3d_1h"]],
    ["profile", ["plan"]],
  ] as const)(
    "one corrupted value of %s is found: its features, its key and both sides, and no other",
    async (name, features) => {
      await corrupt(name, "u3", "u11");
      const report = await workspace.getFeatureView(name).checkConsistency();
      expect(report).toMatchObject({ isConsistent: false, sampledKeys: USERS.length, differingKeys: 1 });
      const wrong = report.features.filter(({ equal }) => equal < USERS.length);
      expect(wrong.map(({ feature }) => feature)).toEqual(features);
      for (const { mismatch, missing, extra, examples } of wrong) {
        expect({ mismatch, missing, extra }).toEqual({ mismatch: 1, missing: 0, extra: 0 });
        expect(examples).toMatchObject([{ joinKeys: { user: "u3" }, difference: "mismatch" }]);
      }
      const [{ joinKeys, online, offline } = {}] = report.explained;
      expect(joinKeys).toEqual({ user: "u3" });
      expect(online).toMatchObject({ bound: report.bound, deletedBefore: null });
      expect(offline).toMatchObject({ reason: "matched", bound: report.bound });
    },
  );

  test("the command ends with 0 where nothing differs, and with 1 and the examples where something does", async () => {
    const sound = await tesela(platform, "check-consistency clicked --sample 5 --json");
    expect(sound.code).toBe(0);
    expect(JSON.parse(sound.out)).toMatchObject({ featureView: "clicked", sampledKeys: 5, differingKeys: 0 });
    await corrupt("spent", "u3", "u11");
    const wrong = await tesela(platform, "check-consistency spent");
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/amount_sum_3d_1h mismatch at user=u3: online "\d+", history "\d+"/u);
  });

  test("a view that is not served online has nothing to compare", async () => {
    const offline = batchFeatureView({
      ...batch,
      ...transform,
      name: "cold",
      features: [attribute("amount", "int64")],
      online: false,
    });
    await workspace.apply(declarationsOf({ user, payments, clicks, ...views, offline }));
    const check = workspace.getFeatureView("cold").checkConsistency();
    await expect(check).rejects.toMatchObject({ code: "VALIDATION" });
  });

  test("T17 of a view with a serving cache a deleted key is hidden at once", async () => {
    const view = workspace.getFeatureView("latest");
    const read = async () => (await view.getOnlineFeatures({ user: "u7" })).toArray();
    expect(await read()).toEqual([51n, 17]);
    expect(await read()).toEqual([51n, 17]);
    await view.deleteKeys([{ user: "u7" }]);
    expect(await read()).toEqual([null, null]);
    const report = await view.checkConsistency({ sampleSize: USERS.length });
    expect(report.sampledKeys).toBe(USERS.length);
    expect(report.features.every(({ missing, extra }) => missing + extra === 0)).toBe(true);
    const response = await fetch(`${platform.url}/metrics`, {
      headers: { authorization: `Bearer ${platform.apiKey}` },
    });
    const metrics = await response.text();
    const lines = metrics.split("\n").filter((line) => line.includes('"latest"'));
    const online = 'workspace="default",feature_view="latest",store="online"';
    expect(lines).toContain(`tesela_feature_view_age_seconds{${online}} 23400`);
    expect(lines).toContain(`tesela_feature_view_lag_seconds{${online}} 0`);
    expect(lines).toContainEqual(
      expect.stringMatching(/^tesela_serving_cache_reads_total\{view="latest",end="hit"\} [1-9]/u),
    );
  });

  /** Puts another key's values in the place of a key's. */
  async function corrupt(name: string, key: string, other: string): Promise<void> {
    const registry = await openRegistry({ databaseUrl, poolSize: 2 });
    const { id } = await registry.workspaces.get("default");
    const { objects } = await registry.definitions.current(id);
    const generation = objects.find((one) => one.name === name)!.generationId!;
    const store = openStore();
    await store.start();
    const kind = name === "spent" ? "tiles" : "attributes";
    const keyOf = (value: KeyValue) => ({
      scope: scopeOf(id, [{ name: "user", type: "string" }]),
      bytes: encodeKey([value]),
    });
    const [chunks] = await store.listChunks(generation, kind, [keyOf(other)]);
    const [read] = await store.read([{ generation, kind, key: keyOf(other), chunks: chunks! }]);
    const writes = chunks!.map((chunk, at) => ({ key: keyOf(key), chunk, value: read!.values[at]! }));
    await store.write(generation, kind, writes);
    await store.stop();
    await registry.stop();
  }

  function openStore(): OnlineStore {
    return backend === "postgres"
      ? openPostgresStore({ url: databaseUrl })
      : openRedisStore({ url: inject("redisUrl"), prefix: redisPrefix });
  }
});

const bin = join(import.meta.dirname, "../../packages/platform/bin/tesela.mjs");

function tesela(
  { url, apiKey }: EmbeddedPlatform,
  line: string,
): Promise<{ readonly code: number; readonly out: string }> {
  const env = { PATH: process.env["PATH"], ...COMPILED, TESELA_URL: url, TESELA_API_KEY: apiKey };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...line.split(" ")], { env }, (error, out) => {
      resolve({ code: error === null ? 0 : Number(error.code), out });
    });
  });
}

async function fill(workspace: Workspace): Promise<void> {
  for (const [name, startTime] of [
    ["latest", "2023-12-31"],
    ["spent", "2023-12-29"],
  ] as const) {
    const view = workspace.getFeatureView(name);
    await view.waitForMaterializationJob(
      await view.triggerMaterializationJob({ startTime, endTime: "2024-01-05" }),
    );
  }
  await workspace.ingest(
    clicks,
    rows.map(({ ts, ...row }) => ({ ...row, ts: `${ts}Z` })),
  );
  const table = workspace.getFeatureView("profile");
  await table.ingest(
    USERS.map((name, index) => ({ user: name, ts: new Date("2024-01-02T00:00:00Z"), plan: `p${index}` })),
  );
}

async function writeEvents(directory: string): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  const values = rows.map(
    ({ user: name, ts, amount }) => `('${name}', timestamp '${ts}', ${amount}::bigint)`,
  );
  const path = join(directory, "payments.parquet");
  await connection.run(
    `copy (select * from (values ${values.join(", ")}) as t("user", ts, amount)) to '${path}' (format parquet)`,
  );
  connection.closeSync();
}
