import { join } from "node:path";
import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  declarationsOf,
  entity,
  featureService,
  featureTable,
  last,
  mean,
  parquetFiles,
  sql,
  type Workspace,
} from "@tesela/sdk";
import { postJson, type JsonReply } from "@tesela/test/support";
import { writeParquet } from "../faults/duckdb.ts";
import { startTestPlatform } from "../test-platform.ts";

export const NOW = "2024-01-10T12:00:00Z";
export const BIG = 9_007_199_254_740_993n;
const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
const shop = entity({ name: "shop", joinKeys: { shop: "string" } });

export const facts = featureTable({
  name: "facts",
  entities: [user],
  timestampField: "at",
  features: [
    attribute("score", "float64"),
    attribute("big", "int64"),
    attribute("active", "bool"),
    attribute("seen", "timestamp"),
  ],
  featureStartTime: "2024-01-01",
  online: true,
  offline: true,
  description: "What is known of a user",
  tags: { team: "growth" },
});

const orders = batchSource({
  name: "orders",
  batch: parquetFiles("orders.parquet", { timestampField: "ordered_at" }),
});
export const shopOrders = batchFeatureView({
  name: "shop_orders",
  entities: [shop],
  sources: { orders },
  transform: ({ orders }) => sql`select shop, ordered_at, amount from ${orders}`,
  timestampField: "ordered_at",
  features: [
    mean("amount", "1d", { name: "mean_1d" }),
    count("amount", "7d", { name: "count_7d" }),
    last("amount", 2, "7d", { name: "last_2" }),
  ],
  batchSchedule: "1d",
  featureStartTime: "2024-01-03",
  online: true,
  offline: true,
});

export const wire = featureService({
  name: "wire",
  views: [shopOrders.withJoinKeyMap({ shop: "store" }), facts.pick("score", "big", "active", "seen")],
});
export const twice = featureService({
  name: "twice",
  views: [
    facts.pick("score").withName("buyer").withJoinKeyMap({ user_id: "buyer_id" }),
    facts.pick("big").withName("seller").withJoinKeyMap({ user_id: "seller_id" }),
  ],
});

/** Where feature services are read. */
export const FEATURE_SERVICE = "/api/v1/feature-service";

/** A platform with two views and their services, filled, and a client that knows nothing but HTTP. */
export interface WireWorld {
  readonly workspace: Workspace;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<JsonReply>;
  /** Reads the service `wire`. */
  read(params: object): Promise<JsonReply>;
  stop(): Promise<void>;
}

/** Starts it on one of the online stores. */
export async function startWireWorld(backend: "postgres" | "redis"): Promise<WireWorld> {
  const { directory, platform, workspace, stop } = await startTestPlatform({ backend, clock: NOW });
  await writeOrders(directory);
  await fill(workspace);
  const post: WireWorld["post"] = (...args) => postJson(platform, ...args);
  return {
    workspace,
    post,
    read: (params) =>
      post(`${FEATURE_SERVICE}/get-features`, {
        params: { workspaceName: "default", featureServiceName: "wire", ...params },
      }),
    stop,
  };
}

async function fill(workspace: Workspace): Promise<void> {
  await workspace.apply(declarationsOf({ facts, shopOrders, wire, twice }));
  const at = new Date("2024-01-05Z");
  await workspace.getFeatureView(facts).ingest([
    { user_id: 1n, at, score: Number.NaN, big: BIG, active: true, seen: new Date(NOW) },
    { user_id: 2n, at, score: 2.5, big: null, active: null, seen: null },
    { user_id: BIG, at, score: 3, big: -BIG, active: false, seen: null },
  ]);
  const view = workspace.getFeatureView(shopOrders);
  const range = { startTime: "2023-12-27", endTime: "2024-01-10" };
  await view.waitForMaterializationJob(await view.triggerMaterializationJob(range));
}

async function writeOrders(folder: string): Promise<void> {
  const rows = `(values
    ('a', timestamp '2024-01-08 10:00', 1.0::double),
    ('a', timestamp '2024-01-09 11:00', 2.5::double),
    ('a', timestamp '2024-01-09 12:00', 4.0::double),
    ('b', timestamp '2024-01-05 12:00', 9.0::double)
  ) as orders (shop, ordered_at, amount)`;
  await writeParquet(join(folder, "orders.parquet"), `select * from ${rows}`);
}
