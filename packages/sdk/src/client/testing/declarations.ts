import {
  attribute,
  batchFeatureView,
  batchSource,
  count,
  entity,
  max,
  mean,
  parquetFiles,
  sql,
} from "../../index.ts";

const airport = entity({ name: "airport", joinKeys: { origin: "string", gate: "int64" } });
const flights = batchSource({
  name: "flights",
  batch: parquetFiles("f.parquet", { timestampField: "date" }),
});
/** Aggregates whose types are all declared. */
export const delays = batchFeatureView({
  name: "delays",
  entities: [airport],
  sources: { flights },
  transform: ({ flights }) => sql`select * from ${flights}`,
  timestampField: "date",
  features: [mean("delay", "1d"), count("delay", "7d"), max("delay", "7d", { name: "worst", type: "int64" })],
  batchSchedule: "1d",
  featureStartTime: "2001-01-01",
});
/** An aggregate whose type only a server knows. */
export const untold = batchFeatureView({
  name: "untold",
  entities: [airport],
  sources: { flights },
  transform: ({ flights }) => sql`select * from ${flights}`,
  timestampField: "date",
  features: [max("delay", "7d")],
  batchSchedule: "1d",
  featureStartTime: "2001-01-01",
});
/** Attributes. */
export const latest = batchFeatureView({
  name: "latest",
  entities: [airport],
  sources: { flights },
  transform: ({ flights }) => sql`select * from ${flights}`,
  timestampField: "date",
  features: [attribute("at_gate", "timestamp"), attribute("raw", "bytes"), attribute("open", "bool")],
  batchSchedule: "1d",
  featureStartTime: "2001-01-01",
});
