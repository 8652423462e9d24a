import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { startEmbedded, type EmbeddedPlatform } from "@tesela/platform";
import {
  attribute,
  count,
  declarationsOf,
  entity,
  parquetFiles,
  push,
  sql,
  streamFeatureView,
  streamSource,
  sum,
  type Workspace,
} from "@tesela/sdk";
import { createDatabase } from "@tesela/test/support";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

/** In the middle of a tile. */
const DELETED_AT = "2024-01-05T06:35:00Z";
const LATER = "2024-01-05T06:50:00Z";
const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
const clicks = streamSource({
  name: "clicks",
  stream: push(),
  batch: parquetFiles("clicks.parquet", { timestampField: "ts" }),
});
const common = {
  entities: [user],
  sources: { clicks },
  transform: ({ clicks: source }: { clicks: Parameters<typeof sql>[1] }) =>
    sql`select user_id, ts, amount from ${source}`,
  timestampField: "ts",
  featureStartTime: "2024-01-01",
  online: true,
  offline: true,
} as const;
const features = [sum("amount", "5d"), count("amount", "5d")];
const tiled = streamFeatureView({ ...common, name: "tiled", aggregationInterval: "10m", features });
const continuous = streamFeatureView({ ...common, name: "continuous", features });
const newest = streamFeatureView({ ...common, name: "newest", features: [attribute("amount", "int64")] });
const NAMES = ["tiled", "continuous", "newest"] as const;

const GONE = 7n;
const NEAR = 8n;
type Answers = Readonly<Record<(typeof NAMES)[number], readonly unknown[]>>;
const NONE: Answers = { tiled: [null, 0], continuous: [null, 0], newest: [null] };

describe.each(["postgres", "redis"])("deletion of keys of stream views on %s", (backend) => {
  let directory: string;
  let databaseUrl: string;
  let platform: EmbeddedPlatform;
  let workspace: Workspace;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "tesela-delete-stream-"));
    databaseUrl = await createDatabase(inject("pgUrl"));
    await writeLog(directory);
    platform = await startEmbedded({
      dir: join(directory, "platform"),
      sourceRoots: [directory],
      databaseUrl,
      redisPrefix: `delete-stream-${randomUUID()}`,
      ...(backend === "redis" ? { redisUrl: inject("redisUrl") } : {}),
      clock: DELETED_AT,
      scheduler: "off",
      logLevel: "silent",
    });
    workspace = platform.client.getWorkspace("default");
    await workspace.apply(declarationsOf({ user, clicks, tiled, continuous, newest }));
    await materialize(false);
    await pushRows(["06:31", 30], ["06:20", 20]);
  });
  afterAll(async () => {
    await platform.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Brings the batch log of the first days to both stores. */
  async function materialize(overwrite: boolean): Promise<void> {
    for (const name of NAMES) {
      const view = workspace.getFeatureView(name);
      // A window of five days reaches further back than the newest row.
      const startTime = name === "newest" ? "2024-01-01" : "2023-12-31";
      const range = { startTime, endTime: "2024-01-05" };
      await view.waitForMaterializationJob(await view.triggerMaterializationJob({ ...range, overwrite }));
    }
  }

  /** Amounts of both users at times of the day of the deletion. */
  async function pushRows(...rows: readonly (readonly [string, number])[]): Promise<void> {
    const records = rows.flatMap(([time, amount]) =>
      [GONE, NEAR].map((user_id) => ({ user_id, ts: `2024-01-05T${time}:00Z`, amount: BigInt(amount) })),
    );
    await workspace.ingest(clicks, records);
  }

  async function online(user_id: bigint): Promise<Answers> {
    const answers = NAMES.map(async (name) => {
      const found = await workspace.getFeatureView(name).getOnlineFeatures({ user_id });
      return [name, found.toArray()] as const;
    });
    return Object.fromEntries(await Promise.all(answers)) as unknown as Answers;
  }

  async function history(user_id: bigint, fromSource?: boolean): Promise<Answers> {
    const spine = [{ user_id, at: new Date("2024-01-05T00:00:00Z") }];
    const found: [string, unknown[]][] = [];
    for (const name of NAMES) {
      const options = fromSource === undefined ? {} : { fromSource };
      const frame = await workspace.getFeatureView(name).getHistoricalFeatures(spine, options);
      const [row] = await frame.toRows();
      found.push([name, Object.entries(row!).flatMap(([key, value]) => (key.includes(".") ? [value] : []))]);
    }
    return Object.fromEntries(found) as unknown as Answers;
  }

  /** What the log of pushed events has of each user, for all views. */
  async function logged(): Promise<readonly number[]> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ events: string }>(
      "select count(*) as events from stream_event group by key order by count(*)",
    );
    await client.end();
    return rows.map(({ events }) => Number(events));
  }

  const LOGGED: Answers = { tiled: [6n, 2], continuous: [6n, 2], newest: [4n] };

  test("before the deletion reads know the key from the batch log and from what was pushed", async () => {
    // The tile of 06:31 is still filling.
    const both: Answers = { tiled: [26n, 3], continuous: [56n, 4], newest: [30n] };
    expect([await online(GONE), await online(NEAR)]).toEqual([both, both]);
    expect(await history(GONE)).toEqual(LOGGED);
    expect(await logged()).toEqual([6, 6]);
  });

  test("TIME T17: once acknowledged no read shows the key, and another one has lost nothing", async () => {
    const near = await online(NEAR);
    const jobs: string[] = [];
    for (const name of NAMES) {
      jobs.push(...(await workspace.getFeatureView(name).deleteKeys([{ user_id: GONE }])));
    }
    const check = async (): Promise<void> => {
      expect([await online(GONE), await online(NEAR)]).toEqual([NONE, near]);
      for (const fromSource of [undefined, true]) {
        expect([await history(GONE, fromSource), await history(NEAR, fromSource)]).toEqual([NONE, LOGGED]);
      }
    };
    await check();
    for (const job of jobs) await workspace.getFeatureView("tiled").waitForMaterializationJob(job);
    await check();
  });

  test("neither a file nor the log of pushed events holds it any more", async () => {
    for (const name of NAMES) {
      expect(await workspace.getFeatureView(name).verifyDeletedKeys()).toMatchObject({ keys: 1, found: 0 });
    }
    expect(await logged()).toEqual([6]);
  });

  test("a late event from before the deletion stays away; one at its instant and later ones are new data", async () => {
    await pushRows(["06:34", 1_000]);
    expect(await online(GONE)).toEqual(NONE);
    await pushRows(["06:35", 100], ["06:45", 200]);
    await platform.setClock(LATER);
    expect(await online(GONE)).toEqual({ tiled: [300n, 2], continuous: [300n, 2], newest: [200n] });
    expect(await online(NEAR)).toEqual({ tiled: [1356n, 7], continuous: [1356n, 7], newest: [200n] });
  });

  test("the range of the batch log, brought anew, does not bring it back", async () => {
    await materialize(true);
    expect(await online(GONE)).toEqual({ tiled: [300n, 2], continuous: [300n, 2], newest: [200n] });
    expect([await history(GONE), await history(GONE, true)]).toEqual([NONE, NONE]);
  });
});

/** Two events of each user, on the third and the fourth day. */
async function writeLog(directory: string): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(
    `copy (
      select user_id::bigint as user_id, ts, amount::bigint as amount
      from (values (7), (8)) as users(user_id),
        (values (timestamp '2024-01-03 10:00', 2), (timestamp '2024-01-04 10:00', 4)) as events(ts, amount)
    ) to '${join(directory, "clicks.parquet")}' (format parquet)`,
  );
  connection.closeSync();
}
