import { quoteLiteral } from "@tesela/core";
import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  entity,
  featureService,
  featureTable,
  parquetFiles,
  push,
  sql,
  streamFeatureView,
  streamSource,
  sum,
} from "@tesela/sdk";
import { query } from "../faults/duckdb.ts";

/** Where the platform clock stands. */
export const NOON = "2024-01-10T12:00:00Z";
/** Users from 0 on, each with as many orders a day as its number says, and so much each. */
export const USERS = 40;
const DAYS = 9;

type Handle = Parameters<typeof sql>[1];
const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
const orders = batchSource({
  name: "orders",
  batch: parquetFiles("orders.parquet", { timestampField: "ts" }),
});
const clicks = streamSource({
  name: "clicks",
  stream: push(),
  batch: parquetFiles("clicks.parquet", { timestampField: "ts" }),
});
const common = {
  entities: [user],
  timestampField: "ts",
  featureStartTime: "2024-01-01",
  online: true,
  offline: true,
} as const;

const ordered = batchFeatureView({
  ...common,
  name: "ordered",
  sources: { orders },
  transform: ({ orders: source }: { orders: Handle }) => sql`select user_id, ts, amount from ${source}`,
  features: [sum("amount", "3d", { name: "sum_3d" }), count("amount", "9d", { name: "count_9d" })],
  batchSchedule: "1d",
  aggregationInterval: "1h",
  batchTrigger: "manual",
});

const clicked = streamFeatureView({
  ...common,
  name: "clicked",
  sources: { clicks },
  transform: ({ clicks: source }: { clicks: Handle }) => sql`select user_id, ts, amount from ${source}`,
  features: [count("amount", "2d", { name: "count_2d" }), sum("amount", "2d", { name: "sum_2d" })],
  aggregationInterval: "10m",
  batchTrigger: "manual",
});

/** No watch reads it. */
const named = featureTable({
  ...common,
  name: "named",
  features: [attribute("name", "string")],
});

const both = featureService({ name: "both", views: [clicked, ordered] });

/** All that is applied. */
export const declared = { user, orders, clicks, ordered, clicked, named, both };

/** A plan that changes under load: the same views, one of them with more than it serves. */
export const changed = {
  ...declared,
  extra: featureService({ name: "extra", views: [ordered] }),
  both: featureService({ name: "both", views: [clicked, ordered], description: "changed" }),
};

/** What the orders of a user come to at noon of the tenth, as the wire carries it: a count, and a sum of none is none. */
export function ordersOf(userId: number): readonly [count: string, sum: string | null] {
  return [String(userId * DAYS), userId === 0 ? null : String(userId * userId * 3)];
}

/** Writes the orders, and a log of clicks that is empty. */
export async function writeSources(folder: string): Promise<void> {
  const columns = "user_id::bigint as user_id, timestamp '2024-01-01 06:00' + to_days(day::integer) as ts";
  await query(`copy (
    select ${columns}, user_id::bigint as amount
    from range(${USERS}) as users (user_id), range(${DAYS}) as days (day), unnest(range(user_id)) as orders (number)
  ) to ${quoteLiteral(`${folder}/orders.parquet`)} (format parquet)`);
  await query(`copy (
    select 0::bigint as user_id, timestamp '2024-01-01' as ts, 0::bigint as amount where false
  ) to ${quoteLiteral(`${folder}/clicks.parquet`)} (format parquet)`);
}
