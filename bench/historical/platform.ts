import { globSync } from "node:fs";
import { join } from "node:path";
import { startEmbedded } from "@tesela/platform";
import {
  attribute,
  batchFeatureView,
  batchSource,
  declarationsOf,
  entity,
  parquetFiles,
  sql,
  type FeatureView,
} from "@tesela/sdk";
import { END, START } from "./data.ts";
import type { Historical } from "./historical.ts";

/** The window before the start is the first (TIME T13). */
const FIRST_WINDOW = "2023-12-31T23:00:00Z";

/** A started platform with one view of attributes, whose history is in its offline store. */
export interface StoredHistory extends AsyncDisposable {
  readonly view: FeatureView;
  /** The files of the offline store. */
  readonly files: readonly string[];
}

/** Starts a platform on the events of zipf keys and materializes the newest `amount` and `product` of a user. */
export async function storeHistory(bench: Historical): Promise<StoredHistory> {
  const { events } = await bench.data("zipf");
  const dir = bench.path("platform");
  const platform = await startEmbedded({
    dir,
    clock: END,
    sourceRoots: [bench.directory],
    logLevel: "error",
  });
  try {
    const workspace = platform.client.getWorkspace("bench");
    await workspace.apply(declarations(events));
    const view = workspace.getFeatureView("newest");
    const range = { startTime: FIRST_WINDOW, endTime: END };
    const id = await view.triggerMaterializationJob({ ...range, online: false, offline: true });
    await view.waitForMaterializationJob(id);
    const files = globSync(join(dir, "offline/ws/*/newest/g*/a*/*.parquet"));
    return { view, files, [Symbol.asyncDispose]: () => platform.stop() };
  } catch (error) {
    await platform.stop();
    throw error;
  }
}

function declarations(path: string) {
  const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
  const events = batchSource({
    name: "events",
    batch: parquetFiles(path, { timestampField: "ts", dataDelay: "0s" }),
  });
  const newest = batchFeatureView({
    name: "newest",
    entities: [user],
    sources: { events },
    transform: ({ events }) => sql`select user_id, ts, amount, product from ${events}`,
    timestampField: "ts",
    features: [attribute("amount", "float64"), attribute("product", "int64")],
    batchSchedule: "1h",
    featureStartTime: START,
    online: false,
    offline: true,
  });
  return declarationsOf({ user, events, newest });
}
