import {
  compileView,
  repositoryOf,
  type AggregateDefinition,
  type BatchFeatureViewDefinition,
  type CompiledView,
} from "@tesela/core";
import { START } from "./data.ts";

/** The windows of every work, in hours. */
export const WINDOW_HOURS = [1, 24, 720] as const;

type Column = "amount" | "product";
type Aggregate = Pick<AggregateDefinition, "function" | "n">;

/** A view of hourly tiles and an hourly schedule: each function of a column over every window. */
export function windowView(name: string, column: Column, functions: readonly Aggregate[]): CompiledView {
  const view: BatchFeatureViewDefinition = {
    kind: "batchFeatureView",
    name,
    entities: ["user"],
    sources: [{ parameter: "events", source: "events" }],
    transform: { sql: "select * from events" },
    timestampField: "ts",
    features: functions.flatMap((one) => WINDOW_HOURS.map((hours) => feature(column, one, hours))),
    batchSchedule: "1h",
    aggregationInterval: "1h",
    featureStartTime: START,
    online: false,
    offline: true,
  };
  const repository = repositoryOf([
    { kind: "entity", name: "user", joinKeys: [{ name: "user_id", type: "int64" }] },
    {
      kind: "batchSource",
      name: "events",
      batch: { format: "parquet", path: "events.parquet", timestampField: "ts", dataDelay: "0s" },
    },
    view,
  ]);
  const columns = [
    { name: "user_id", duckdbType: "BIGINT", type: "int64" },
    { name: "ts", duckdbType: "TIMESTAMP", type: "timestamp" },
    { name: "amount", duckdbType: "DOUBLE", type: "float64" },
    { name: "product", duckdbType: "BIGINT", type: "int64" },
  ] as const;
  return compileView(view, repository, { columns, normalizedSql: view.transform.sql, parsedForm: "" });
}

function feature(column: Column, aggregate: Aggregate, hours: number): AggregateDefinition {
  const window = { kind: "sliding", size: `${hours}h`, offset: "0s" } as const;
  return { kind: "aggregate", name: `${aggregate.function}_${hours}h`, column, window, ...aggregate };
}
