import { compileView, repositoryOf, type BatchFeatureViewDefinition, type CompiledView } from "@tesela/core";
import { START } from "./data.ts";

/** The type of `user_id`. */
export type UserKey = "int64" | "string";

/** A view of the generated events: its features, and what its kind needs. */
export type ViewOfEvents = Pick<BatchFeatureViewDefinition, "name" | "features"> &
  Partial<Pick<BatchFeatureViewDefinition, "aggregationInterval">>;

/** A view of the generated events on an hourly schedule, compiled. */
export function viewOfEvents(fields: ViewOfEvents, keyType: UserKey = "int64"): CompiledView {
  const view: BatchFeatureViewDefinition = {
    kind: "batchFeatureView",
    entities: ["user"],
    sources: [{ parameter: "events", source: "events" }],
    transform: { sql: "select * from events" },
    timestampField: "ts",
    batchSchedule: "1h",
    featureStartTime: START,
    online: false,
    offline: true,
    ...fields,
  };
  const repository = repositoryOf([
    { kind: "entity", name: "user", joinKeys: [{ name: "user_id", type: keyType }] },
    {
      kind: "batchSource",
      name: "events",
      batch: { format: "parquet", path: "events.parquet", timestampField: "ts", dataDelay: "0s" },
    },
    view,
  ]);
  const columns = [
    { name: "user_id", duckdbType: keyType === "int64" ? "BIGINT" : "VARCHAR", type: keyType },
    { name: "ts", duckdbType: "TIMESTAMP", type: "timestamp" },
    { name: "amount", duckdbType: "DOUBLE", type: "float64" },
    { name: "product", duckdbType: "BIGINT", type: "int64" },
  ] as const;
  return compileView(view, repository, { columns, normalizedSql: view.transform.sql, parsedForm: "" });
}
