import type { CompiledView, ViewShape } from "@tesela/core";

/** Whether a row's key is among those that the ingest has brought: these keys are pushed. */
export const INGESTED = "__ingested";

type Attributes = Extract<ViewShape, { kind: "attributes" }>["features"];

/** The table as the file of an ingest holds it. */
export function ingestedTable(table: CompiledView): CompiledView {
  return withColumns(table, [{ name: INGESTED, type: "bool" }]);
}

function withColumns(table: CompiledView, columns: Attributes): CompiledView {
  if (table.shape.kind !== "attributes") return table;
  return { ...table, shape: { ...table.shape, features: [...table.shape.features, ...columns] } };
}
