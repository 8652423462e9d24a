import { duckdbTypeOf } from "../value/duckdb-type.ts";
import type { ValueType } from "../value/value-type.ts";
import type { FeatureTableDefinition } from "./definition.ts";
import { joinKeysOf } from "./join-keys-of.ts";
import type { ResolvedView } from "./resolved.ts";
import type { Repository } from "./validate.ts";

/**
 * What a feature table's rows hold, known from its declaration alone: join keys, event time, created time where
 * declared, features. It has no SQL.
 */
export function resolveTable(
  table: FeatureTableDefinition,
  repository: Pick<Repository, "entities">,
): ResolvedView {
  const created = table.createdTimestampField;
  const times = [table.timestampField, ...(created === undefined ? [] : [created])];
  const columns: readonly { name: string; type: ValueType }[] = [
    ...joinKeysOf(table, repository),
    ...times.map((name) => ({ name, type: "timestamp" as const })),
    ...table.features.filter((feature) => feature.kind === "attribute"),
  ];
  return {
    columns: columns.map(({ name, type }) => ({ name, duckdbType: duckdbTypeOf[type], type })),
    normalizedSql: "",
    parsedForm: "",
  };
}
