import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  csvFiles,
  entity,
  featureTable,
  jsonFiles,
  lastDistinct,
  max,
  push,
  sql,
  streamFeatureView,
  streamSource,
  sum,
} from "../../index.ts";

/** Known by an integer. */
export const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
/** Known by a text. */
export const card = entity({ name: "card", joinKeys: { card_id: "string" } });
/** A table of CSV files. */
export const orders = batchSource({
  name: "orders",
  batch: csvFiles("orders-*.csv", {
    columns: { user_id: "int64", at: "timestamp", amount: "float64" },
    timestampField: "at",
    dataDelay: "60m",
  }),
});
/** A stream whose log is NDJSON. */
export const clicks = streamSource({
  name: "clicks",
  stream: push(),
  batch: jsonFiles("clicks-*.ndjson", {
    columns: { user_id: "int64", at: "timestamp", page: "string" },
    timestampField: "at",
  }),
  owner: "web",
});
/** Aggregates of the table. */
export const spend = batchFeatureView({
  name: "spend",
  entities: [user],
  sources: { orders },
  transform: ({ orders }) => sql`select user_id, at, amount from ${orders}`,
  timestampField: "at",
  features: [
    sum("amount", "7d", { type: "float64" }),
    max("amount", "30d", { name: "largest", type: "float64" }),
  ],
  batchSchedule: "1d",
  featureStartTime: "2024-01-01",
});
/** Continuous aggregates of the stream. */
export const pages = streamFeatureView({
  name: "pages",
  entities: [user],
  sources: { clicks },
  transform: ({ clicks }) => sql`select user_id, at, page from ${clicks}`,
  timestampField: "at",
  features: [count("page", "1h"), lastDistinct("page", 10, "1h", { type: "string" })],
  featureStartTime: "2024-01-01",
  offline: true,
});
/** A feature table. */
export const profile = featureTable({
  name: "profile",
  entities: [card],
  timestampField: "at",
  createdTimestampField: "made",
  features: [attribute("age", "int64"), attribute("vip", "bool")],
  featureStartTime: "2024-01-01",
  ttl: "24h",
  online: true,
});
