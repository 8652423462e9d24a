import type { BatchFeatureViewDefinition } from "@tesela/core";
import { table } from "./tables.ts";
import { amount, viewOf } from "./views.ts";

/** The columns of the events of users. */
export const EVENT_COLUMNS = "user_id BIGINT, ts TIMESTAMP, amount BIGINT";

/** The columns of a spine of users. */
export const SPINE_COLUMNS = "user_id BIGINT, ts TIMESTAMP";

const rows = [
  "1, 01-01 10:00, 1",
  "1, 01-02 10:00, 2",
  "2, 01-02 12:00, 10",
  "1, 01-03 10:00, 4",
  "1, 01-04 10:00, 8",
  "1, 01-05 10:00, 16",
];

/** User 1 has an event of 1, 2, 4, 8, 16 on the first five days, user 2 one of 10 on the second: a query. */
export const events = firstEvents(rows.length);

/** The first of these events. */
export function firstEvents(count: number): string {
  return table(EVENT_COLUMNS, ...rows.slice(0, count));
}

/** A daily view of the newest amount. */
export function balanceOf(name: string): BatchFeatureViewDefinition {
  return viewOf(name, [{ kind: "attribute", name: "amount", type: "int64" }]);
}

/** A daily view of the amounts of two days and the count of one, from the third day on. */
export function spendOf(name: string): BatchFeatureViewDefinition {
  const features = [amount("sum", "2d"), amount("count", "1d")];
  return viewOf(name, features, { featureStartTime: "2024-01-03T00:00:00Z" });
}
