import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  csvFiles,
  declarationsOf,
  entity,
  featureService,
  realtimeFeatureView,
  requestSource,
  sql,
  sum,
} from "@tesela/sdk";

const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
const orders = batchSource({
  name: "orders",
  batch: csvFiles("orders.csv", {
    columns: { user_id: "int64", ts: "timestamp", amount: "int64", city: "string" },
    timestampField: "ts",
  }),
});
const common = {
  entities: [user],
  sources: { orders },
  timestampField: "ts",
  batchSchedule: "1d",
  featureStartTime: "2024-05-01",
  online: true,
  offline: true,
} as const;
/** Aggregates of orders. */
export const spend = batchFeatureView({
  ...common,
  name: "spend",
  transform: ({ orders: source }) => sql`select user_id, ts, amount from ${source}`,
  features: [count("amount", "2d"), sum("amount", "2d", { type: "int64", name: "total" })],
});
/** An attribute of orders. */
export const home = batchFeatureView({
  ...common,
  name: "home",
  transform: ({ orders: source }) => sql`select user_id, ts, city from ${source}`,
  features: [attribute("city", "string")],
});
/** What a request brings. */
export const request = requestSource({ schema: { amount: "float64", note: "string", id: "int64" } });
/** A function over request data, aggregates and an attribute. */
export const risk = realtimeFeatureView({
  name: "risk",
  sources: { request, spend, lives: home.pick("city") },
  schema: { ratio: "float64", next: "int64", text: "string", many: "bool" },
  transform: ({ request, spend, lives }) => {
    if (request.note === "fail") throw new Error(`no ${request.note}`);
    return {
      ratio: request.amount === null || spend.total === null ? null : request.amount / Number(spend.total),
      next: request.id === null ? null : request.id + 1n,
      text: `${request.note ?? "-"}/${lives.city ?? "-"}`,
      many: spend.amount_count_2d_1d === null ? null : spend.amount_count_2d_1d > 1,
    };
  },
});
/** A function over request data alone. */
export const large = realtimeFeatureView({
  name: "large",
  sources: { request: requestSource({ schema: { amount: "float64" } }) },
  schema: { is_large: "bool" },
  transform: ({ request }) => ({ is_large: request.amount !== null && request.amount > 100 }),
});
/** Both, and a view of its own, under other names and keys. */
export const service = featureService({
  name: "service",
  views: [risk.pick("text", "next").withName("r").withJoinKeyMap({ user_id: "buyer" }), home, large],
});
/** All that there is to apply. */
export const definitions = declarationsOf({ service, risk, large });
