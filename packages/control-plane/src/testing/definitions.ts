import type {
  BatchFeatureViewDefinition,
  BatchSourceDefinition,
  EntityDefinition,
  FeatureServiceDefinition,
  FeatureTableDefinition,
  ResolvedView,
  StreamFeatureViewDefinition,
  StreamSourceDefinition,
} from "@tesela/core";

/** An entity of one text key. */
export const airport: EntityDefinition = {
  kind: "entity",
  name: "airport",
  joinKeys: [{ name: "origin", type: "string" }],
};
/** Files that are two hours late at most. */
export const flights: BatchSourceDefinition = {
  kind: "batchSource",
  name: "flights",
  batch: { format: "parquet", path: "flights.parquet", timestampField: "date", dataDelay: "2h" },
};
/** A daily view of one attribute, from 2001 on. */
export const delays: BatchFeatureViewDefinition = {
  kind: "batchFeatureView",
  name: "delays",
  entities: ["airport"],
  sources: [{ parameter: "flights", source: "flights" }],
  transform: { sql: "select origin, date, delay from flights" },
  timestampField: "date",
  features: [{ kind: "attribute", name: "delay", type: "int64" }],
  batchSchedule: "1d",
  featureStartTime: "2001-01-01",
  ttl: "7d",
  online: true,
  offline: true,
};
/** What a worker finds out about the view. */
export const resolvedDelays: ResolvedView = {
  columns: [
    { name: "origin", duckdbType: "VARCHAR", type: "string" },
    { name: "date", duckdbType: "TIMESTAMP", type: "timestamp" },
    { name: "delay", duckdbType: "BIGINT", type: "int64" },
  ],
  normalizedSql: "SELECT origin, date, delay FROM flights",
  parsedForm: "{form}",
};
/** A stream of landings; its batch log has the columns of `flights`. */
export const landings: StreamSourceDefinition = {
  kind: "streamSource",
  name: "landings",
  stream: { kind: "push" },
  batch: { ...flights.batch, path: "landings.parquet" },
};
/** A view of the stream, for history alone. */
export const landed: StreamFeatureViewDefinition = {
  ...delays,
  kind: "streamFeatureView",
  name: "landed",
  sources: [{ parameter: "landings", source: "landings" }],
  transform: { sql: "select origin, date, delay from landings" },
  online: false,
};
/** A feature table of the airport. */
export const gates: FeatureTableDefinition = {
  kind: "featureTable",
  name: "gates",
  entities: ["airport"],
  timestampField: "at",
  features: [{ kind: "attribute", name: "gate", type: "string" }],
  featureStartTime: "2001-01-01",
  online: true,
  offline: true,
};
/** A service of two views. */
export const arrivals: FeatureServiceDefinition = {
  kind: "featureService",
  name: "arrivals",
  views: [
    { view: "gates", name: "target", joinKeyMap: { origin: "destination" } },
    { view: "delays", features: ["delay"] },
  ],
};
