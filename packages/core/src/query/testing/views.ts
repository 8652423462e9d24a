import { compileView, type CompiledView } from "../../definition/compile.ts";
import type {
  BatchFeatureViewDefinition,
  FeatureDefinition,
  WindowDefinition,
} from "../../definition/definition.ts";
import { repositoryOf } from "../../definition/validate.ts";

/** A compiled view over events of `k`, `ts`, `v`, with a schedule of one day unless told. */
export function viewOf(
  features: readonly FeatureDefinition[],
  fields: Partial<BatchFeatureViewDefinition> = {},
): CompiledView {
  const view: BatchFeatureViewDefinition = {
    kind: "batchFeatureView",
    name: "view",
    entities: ["entity"],
    sources: [{ parameter: "events", source: "events" }],
    transform: { sql: "select k, ts, v from events" },
    timestampField: "ts",
    features,
    batchSchedule: "1d",
    featureStartTime: "2024-01-10",
    online: true,
    offline: true,
    ...fields,
  };
  const repository = repositoryOf([
    { kind: "entity", name: "entity", joinKeys: [{ name: "k", type: "int64" }] },
    {
      kind: "batchSource",
      name: "events",
      batch: { format: "parquet", path: "events.parquet", timestampField: "ts", dataDelay: "0s" },
    },
    view,
  ]);
  const columns = [
    { name: "k", duckdbType: "BIGINT", type: "int64" as const },
    { name: "ts", duckdbType: "TIMESTAMP", type: "timestamp" as const },
    { name: "v", duckdbType: "BIGINT", type: "int64" as const },
  ];
  return compileView(view, repository, { columns, normalizedSql: view.transform.sql, parsedForm: "" });
}

/** An aggregate of `v`; no size is a lifetime. */
export function aggregateOf(
  name: string,
  fn: "count" | "sum" | "mean" | "min" | "max",
  size: string | null,
  offset = "0s",
): FeatureDefinition {
  const window: WindowDefinition = size === null ? { kind: "lifetime" } : { kind: "sliding", size, offset };
  return { kind: "aggregate", name, function: fn, column: "v", window };
}

/** The attribute `v`. */
export const attribute: FeatureDefinition = { kind: "attribute", name: "v", type: "int64" };
