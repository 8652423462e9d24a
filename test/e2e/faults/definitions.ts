import {
  compileView,
  repositoryOf,
  type CompiledView,
  type Definition,
  type ResolvedView,
} from "@tesela/core";
import type { BatchFeatureViewDefinition, BatchSourceDefinition, EntityDefinition } from "@tesela/core";

/** So many that a push takes several batches. */
export const USERS = 2_500;

/** The entity of the views. */
export const user: EntityDefinition = {
  kind: "entity",
  name: "user",
  joinKeys: [{ name: "user_id", type: "int64" }],
};

/** The source of a view: one file that is named like it. */
export function sourceOf(view: string): BatchSourceDefinition {
  return {
    kind: "batchSource",
    name: `${view}_events`,
    batch: { format: "parquet", path: `${view}.parquet`, timestampField: "ts", dataDelay: "0s" },
  };
}

/** A daily view of the amounts of two days. */
export function spendOf(name: string): BatchFeatureViewDefinition {
  const window = { kind: "sliding", size: "2d", offset: "0s" } as const;
  return viewOf(name, [
    { kind: "aggregate", name: "sum_2d", function: "sum", column: "amount", window },
    { kind: "aggregate", name: "count_2d", function: "count", column: "amount", window },
  ]);
}

/** A daily view of the newest amount. */
export function balanceOf(name: string): BatchFeatureViewDefinition {
  return viewOf(name, [{ kind: "attribute", name: "amount", type: "int64" }]);
}

function viewOf(name: string, features: BatchFeatureViewDefinition["features"]): BatchFeatureViewDefinition {
  return {
    kind: "batchFeatureView",
    name,
    entities: ["user"],
    sources: [{ parameter: "events", source: `${name}_events` }],
    transform: { sql: "select user_id, ts, amount from events" },
    timestampField: "ts",
    features,
    batchSchedule: "1d",
    featureStartTime: "2024-01-03T00:00:00Z",
    online: true,
    offline: true,
  };
}

/** What a check finds out about each of the views. */
export const resolved: ResolvedView = {
  columns: [
    { name: "user_id", duckdbType: "BIGINT", type: "int64" },
    { name: "ts", duckdbType: "TIMESTAMP", type: "timestamp" },
    { name: "amount", duckdbType: "BIGINT", type: "int64" },
  ],
  normalizedSql: "SELECT user_id, ts, amount FROM events",
  parsedForm: "{}",
};

/** A view ready to be read online. */
export function compiled(view: BatchFeatureViewDefinition): CompiledView {
  const definitions: Definition[] = [user, sourceOf(view.name), view];
  return compileView(view, repositoryOf(definitions), resolved);
}
