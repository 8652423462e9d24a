import {
  compileView,
  repositoryOf,
  valueTypeOf,
  type BatchFeatureViewDefinition,
  type BatchSourceDefinition,
  type CompiledView,
  type EntityDefinition,
  type FeatureDefinition,
} from "@tesela/core";

/** Columns from text such as `user_id BIGINT, ts TIMESTAMP`. */
export function columnsOf(text: string): { readonly name: string; readonly type: string }[] {
  return text.split(", ").map((column) => {
    const [name = "", ...type] = column.split(" ");
    return { name, type: type.join(" ") };
  });
}

/** A source of Parquet files with the time column `ts`. */
export function sourceOf(path: string, name = "events"): BatchSourceDefinition {
  return {
    kind: "batchSource",
    name,
    batch: { format: "parquet", path, timestampField: "ts", dataDelay: "0s" },
  };
}

/** The entity `user`, known by an integer. */
export const user: EntityDefinition = {
  kind: "entity",
  name: "user",
  joinKeys: [{ name: "user_id", type: "int64" }],
};

/** An aggregate of `amount` over a sliding window. */
export function amount(fn: "sum" | "count" | "max", size: string): FeatureDefinition {
  const window = { kind: "sliding", size, offset: "0s" } as const;
  return { kind: "aggregate", name: `${fn}_${size}`, function: fn, column: "amount", window };
}

/** A daily view of `events` by `user`, from 2024-01-02 on: its first window is that of 2024-01-01. */
export function viewOf(
  name: string,
  features: readonly FeatureDefinition[],
  extra: Partial<BatchFeatureViewDefinition> = {},
): BatchFeatureViewDefinition {
  return {
    kind: "batchFeatureView",
    name,
    entities: ["user"],
    sources: [{ parameter: "events", source: "events" }],
    transform: { sql: "select user_id, ts, amount from events" },
    timestampField: "ts",
    features,
    batchSchedule: "1d",
    featureStartTime: "2024-01-02T00:00:00Z",
    online: true,
    offline: true,
    ...extra,
  };
}

/** A view compiled over the columns that its transformation gives. */
export function compiled(
  view: BatchFeatureViewDefinition,
  columns = "user_id BIGINT, ts TIMESTAMP, amount BIGINT",
  entity: EntityDefinition = user,
  path = "events.parquet",
): CompiledView {
  return compileView(view, repositoryOf([entity, sourceOf(path), view]), {
    columns: columnsOf(columns).map(({ name, type }) => ({
      name,
      duckdbType: type,
      type: valueTypeOf(type),
    })),
    normalizedSql: view.transform.sql,
    parsedForm: "",
  });
}
