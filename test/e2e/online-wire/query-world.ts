import { join } from "node:path";
import type { EmbeddedPlatform } from "@tesela/platform";
import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  declarationsOf,
  entity,
  featureService,
  featureTable,
  parquetFiles,
  push,
  realtimeFeatureView,
  requestSource,
  sql,
  streamFeatureView,
  streamSource,
  sum,
  type Workspace,
} from "@tesela/sdk";
import { FEATURE_SERVICE } from "./world.ts";
import { postJson, type JsonReply } from "@tesela/test/support";
import { writeParquet } from "../faults/duckdb.ts";
import { startTestPlatform } from "../test-platform.ts";

export const NOON = "2024-01-10T12:00:00Z";
const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
const ad = entity({ name: "ad", joinKeys: { ad_id: "string" } });
const shop = entity({ name: "shop", joinKeys: { shop_id: "int64" } });

const common = { timestampField: "ts", featureStartTime: "2024-01-01", online: true, offline: true } as const;

export const ratings = featureTable({
  ...common,
  name: "ratings",
  entities: [user, ad],
  onlineServingIndex: ["user_id"],
  features: [attribute("score", "float64"), attribute("note", "string")],
  ttl: "3d",
});
export const profiles = featureTable({
  ...common,
  name: "profiles",
  entities: [user],
  features: [attribute("plan", "string")],
});

const orders = batchSource({
  name: "orders",
  batch: parquetFiles("orders.parquet", { timestampField: "ts" }),
});
/** The wildcard is the first of its join keys. */
export const bought = batchFeatureView({
  ...common,
  name: "bought",
  entities: [shop, user],
  onlineServingIndex: ["user_id"],
  sources: { orders },
  transform: ({ orders: source }) => sql`select shop_id, user_id, ts, amount from ${source}`,
  features: [count("amount", "2d", { name: "times" }), sum("amount", "2d", { name: "total", type: "int64" })],
  aggregationInterval: "1h",
  batchSchedule: "1d",
  batchTrigger: "manual",
});

export const views = streamSource({
  name: "views",
  stream: push(),
  batch: parquetFiles("views.parquet", { timestampField: "ts" }),
});
export const viewed = streamFeatureView({
  ...common,
  name: "viewed",
  entities: [user, ad],
  onlineServingIndex: ["user_id"],
  sources: { views },
  transform: ({ views: source }) => sql`select user_id, ad_id, ts, seconds from ${source}`,
  features: [count("seconds", "1h", { name: "times" })],
  aggregationInterval: "10m",
  batchSchedule: "1d",
  batchTrigger: "none",
});

const request = requestSource({ schema: { boost: "float64" } });
export const ranked = realtimeFeatureView({
  name: "ranked",
  sources: { request, ratings },
  schema: { rank: "float64" },
  transform: ({ request: { boost }, ratings: { score } }) => ({
    rank: boost === null || score === null ? null : boost * score,
  }),
});

export const feed = featureService({ name: "feed", views: [viewed, ratings, profiles, ranked] });
export const shops = featureService({ name: "shops", views: [bought.withJoinKeyMap({ user_id: "buyer" })] });
export const plain = featureService({ name: "plain", views: [profiles] });
export const both = featureService({ name: "both", views: [ratings, bought] });

export const definitions = declarationsOf({ feed, shops, plain, both, bought });

/** A platform with views that have wildcards. */
export interface QueryWorld {
  readonly platform: EmbeddedPlatform;
  readonly workspace: Workspace;
  query(params: object): Promise<JsonReply>;
  post(path: string, body: unknown): Promise<JsonReply>;
  /** Writes the batch view's source: `shop user at amount` a row. */
  writeOrders(rows: readonly (readonly [number, number, string, number])[]): Promise<void>;
  materialize(startTime: string, endTime: string, overwrite?: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on one of the online stores. */
export async function startQueryWorld(backend: "postgres" | "redis"): Promise<QueryWorld> {
  const { directory, platform, workspace, stop } = await startTestPlatform({ backend, clock: NOON });
  const seen =
    "select 1::bigint as user_id, 'x' as ad_id, 0::bigint as seconds, timestamp '2023-12-01' as ts";
  await writeParquet(join(directory, "views.parquet"), seen);
  await writeRows(directory, [[1, 1, "2023-12-01 00:00", 1]]);
  await workspace.apply(definitions);
  const headers = { "content-type": "application/json" };
  const post: QueryWorld["post"] = (path, body) => postJson(platform, path, body, headers);
  return {
    platform,
    workspace,
    post,
    query: (params) =>
      post(`${FEATURE_SERVICE}/query-features`, {
        params: { workspaceName: "default", featureServiceName: "feed", ...params },
      }),
    writeOrders: (rows) => writeRows(directory, rows),
    materialize: async (startTime, endTime, overwrite = false) => {
      const view = workspace.getFeatureView(bought);
      const range = { startTime, endTime, overwrite };
      await view.waitForMaterializationJob(await view.triggerMaterializationJob(range));
    },
    stop,
  };
}

async function writeRows(
  folder: string,
  rows: readonly (readonly [number, number, string, number])[],
): Promise<void> {
  const values = rows.map(
    ([shopId, userId, at, amount]) =>
      `(${shopId}::bigint, ${userId}::bigint, timestamp '${at}', ${amount}::bigint)`,
  );
  const select = `select * from (values ${values.join(", ")}) as orders (shop_id, user_id, ts, amount)`;
  await writeParquet(join(folder, "orders.parquet"), select);
}
