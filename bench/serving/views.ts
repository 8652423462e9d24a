import {
  compileView,
  parseInstant,
  repositoryOf,
  type AggregateDefinition,
  type CompiledView,
  type Definition,
  type FeatureDefinition,
  type ValueType,
} from "@tesela/core";

/** All rows are from the days before this instant, at which every read is made. */
export const NOW = parseInstant("2025-01-31T12:00:00Z");
/** Where the views begin. */
export const START = "2024-12-01T00:00:00Z";

const DOUBLE = { duckdbType: "DOUBLE", type: "float64" } as const;
const BIGINT = { duckdbType: "BIGINT", type: "int64" } as const;

const entity: Definition = { kind: "entity", name: "user", joinKeys: [{ name: "user_id", type: "int64" }] };
const source: Definition = {
  kind: "batchSource",
  name: "events",
  batch: { format: "parquet", path: "events.parquet", timestampField: "ts", dataDelay: "0s" },
};

/** An attribute view of so many features: three in four are float64, the fourth int64. */
export function attributeView(name: string, features: number): CompiledView {
  const typeOf = (index: number): ValueType => (index % 4 === 3 ? "int64" : "float64");
  const attributes = Array.from({ length: features }, (_, index) => ({
    kind: "attribute" as const,
    name: `f${String(index).padStart(2, "0")}`,
    type: typeOf(index),
  }));
  const columns = attributes.map(({ name: column, type }) => ({
    name: column,
    ...(type === "int64" ? BIGINT : DOUBLE),
  }));
  return compiled(name, attributes, columns, { batchSchedule: "1d" });
}

const aggregate = (
  fn: AggregateDefinition["function"],
  size: string,
  parameters: Pick<AggregateDefinition, "precision"> = {},
): AggregateDefinition => ({
  kind: "aggregate",
  name: `${fn}_${size}`,
  function: fn,
  column: "amount",
  window: { kind: "sliding", size, offset: "0s" },
  ...parameters,
});

/** Ten exact aggregates over windows of 1 h, 1 d and 30 d, in tiles of 5 minutes. */
export function tiledView(): CompiledView {
  const features = [
    ...(["sum", "count", "mean", "max"] as const).map((fn) => aggregate(fn, "1h")),
    ...(["sum", "count", "mean"] as const).map((fn) => aggregate(fn, "1d")),
    ...(["sum", "count", "max"] as const).map((fn) => aggregate(fn, "30d")),
  ];
  return tiles("tiled", features);
}

/** Distinct counts over the same windows and tiles. */
export function sketchView(): CompiledView {
  return tiles(
    "sketched",
    ["1h", "1d", "30d"].map((size) => aggregate("approxCountDistinct", size, { precision: 8 })),
  );
}

function tiles(name: string, features: readonly AggregateDefinition[]): CompiledView {
  const columns = [{ name: "amount", ...DOUBLE }];
  return compiled(name, features, columns, { batchSchedule: "5m", aggregationInterval: "5m" });
}

type Column = { readonly name: string } & (typeof DOUBLE | typeof BIGINT);

function compiled(
  name: string,
  features: readonly FeatureDefinition[],
  columns: readonly Column[],
  schedule: { readonly batchSchedule: string; readonly aggregationInterval?: string },
): CompiledView {
  const definition = {
    kind: "batchFeatureView",
    name,
    entities: ["user"],
    sources: [{ parameter: "events", source: "events" }],
    transform: { sql: "select * from events" },
    timestampField: "ts",
    features,
    featureStartTime: START,
    online: true,
    offline: true,
    ...schedule,
  } as const;
  const all = [
    { name: "user_id", ...BIGINT },
    { name: "ts", duckdbType: "TIMESTAMP", type: "timestamp" as const },
    ...columns,
  ];
  const repository = repositoryOf([entity, source, definition]);
  return compileView(definition, repository, { columns: all, normalizedSql: "", parsedForm: "" });
}
