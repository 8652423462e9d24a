import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { startEmbedded, type EmbeddedPlatform } from "@tesela/platform";
import {
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
import { createDatabase, dropDatabase, startPostgres } from "@tesela/test/support";
import { isFlat, sampleOf, type Sample } from "./sample.ts";

/** How many views, and for how long. */
export interface ViewSoak {
  readonly views: number;
  readonly minutes: number;
}

const START = Date.parse("2024-01-01T00:00:00Z");
const DAY_MS = 86_400_000;
const KEYS = 50;
const SOURCE_DAYS = 400;
/** A day that does not come to its end in this time has failed. */
const PATIENCE_MS = 10 * 60_000;
const POLL_MS = 500;

/**
 * Lets the schedule bring day after day of many views on a clock that jumps as soon as a day is done; says whether
 * memory, handles and the tables that are no history stayed flat.
 */
export async function soakViews({ views, minutes }: ViewSoak): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "tesela-soak-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const postgres = await startPostgres();
  stack.defer(() => postgres.stop());
  const databaseUrl = await createDatabase(postgres.url);
  stack.defer(() => dropDatabase(postgres.url, databaseUrl));
  const source = await writeSource(directory);
  const platform = await startEmbedded({
    dir: join(directory, "platform"),
    databaseUrl,
    clock: new Date(START).toISOString(),
    sourceRoots: [directory],
    scheduler: "on",
    logLevel: "error",
  });
  stack.defer(() => platform.stop());
  const workspace = platform.client.getWorkspace("soak");
  await workspace.apply(declarationsOf(declared(views, source)));
  return isFlat(await soakDays(platform, workspace, databaseUrl, minutes));
}

async function soakDays(
  platform: EmbeddedPlatform,
  workspace: Workspace,
  databaseUrl: string,
  minutes: number,
): Promise<readonly Sample[]> {
  const deadline = performance.now() + minutes * 60_000;
  const samples: Sample[] = [];
  for (let day = 1; performance.now() < deadline; day++) {
    const began = performance.now();
    await platform.setClock(new Date(START + day * DAY_MS).toISOString());
    await untilDone(workspace, began + PATIENCE_MS);
    const sample = await sampleOf(databaseUrl);
    samples.push(sample);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(`day ${day}: ${seconds} s, ${JSON.stringify(sample)}`);
  }
  return samples;
}

/** Until the schedule has looked at the new day and nothing of it is left to do. */
async function untilDone(workspace: Workspace, deadline: number): Promise<void> {
  const isOpen = async (): Promise<boolean> => {
    for (const state of ["PENDING", "RUNNING"] as const) {
      for await (const _job of workspace.eachMaterializationJob({ state })) return true;
    }
    return false;
  };
  let quiet = 0;
  while (quiet < 4) {
    if (performance.now() > deadline) throw new Error("the day has not come to its end");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    quiet = (await isOpen()) ? 0 : quiet + 1;
  }
}

function declared(views: number, path: string) {
  const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
  const events = batchSource({ name: "events", batch: parquetFiles(path, { timestampField: "ts" }) });
  const made = Array.from({ length: views }, (_, index) =>
    batchFeatureView({
      name: `view_${index}`,
      entities: [user],
      sources: { events },
      transform: ({ events }) => sql`select user_id, ts, amount from ${events}`,
      timestampField: "ts",
      aggregationInterval: "1d",
      features: [sum("amount", "7d"), count("amount", "1d")],
      batchSchedule: "1d",
      featureStartTime: new Date(START).toISOString(),
      online: true,
      offline: true,
    }),
  );
  return { user, events, ...Object.fromEntries(made.map((view) => [view.name, view])) };
}

async function writeSource(directory: string): Promise<string> {
  const path = join(directory, "events.parquet");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`copy (
    select i % ${KEYS} as user_id, make_timestamp(${START - 10 * DAY_MS} * 1000 + i * ${DAY_MS * 1000} // ${KEYS}) as ts,
      i % 97 as amount
    from range(${KEYS * SOURCE_DAYS}) as rows(i)
  ) to '${path}' (format parquet)`);
  connection.closeSync();
  return path;
}
