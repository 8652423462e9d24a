import type {
  AggregateName,
  BatchFeatureViewDefinition,
  BatchSourceDefinition,
  EntityDefinition,
  FeatureDefinition,
  ValueType,
} from "@tesela/core";
import { id } from "@tesela/core";
import type { RawFeature } from "../../oracle/raw-view.ts";
import type { Case } from "./case.ts";
import { featureType } from "./parse-case.ts";

/** What a case declares: an entity, a source of its events and the view. */
export interface CaseDefinitions {
  readonly entity: EntityDefinition;
  readonly source: BatchSourceDefinition;
  readonly view: BatchFeatureViewDefinition;
}

/** The name that a case's transformation calls its events. */
export const PARAMETER = "events";

/** The definitions of a case under a name of its own; `path` is the Parquet file of its events. */
export function definitionsOf(one: Case, name: string, path: string): CaseDefinitions {
  const { timestampField } = one.view;
  const { dataDelay } = one.declared;
  return {
    entity: { kind: "entity", name, joinKeys: one.keys },
    source: { kind: "batchSource", name, batch: { format: "parquet", path, timestampField, dataDelay } },
    view: viewDefinition(one, name),
  };
}

function viewDefinition({ view, declared }: Case, name: string): BatchFeatureViewDefinition {
  const { dataDelay: _, ...texts } = declared;
  const { createdTimestampField, eventIdField } = view;
  const typeOf = (column: string): ValueType => view.columns.find((one) => one.name === column)!.type;
  return {
    kind: "batchFeatureView",
    name,
    entities: [name],
    sources: [{ parameter: PARAMETER, source: name }],
    transform: { sql: transformSql(view.columns.map((column) => column.name)) },
    timestampField: view.timestampField,
    ...(createdTimestampField === null ? {} : { createdTimestampField }),
    ...(eventIdField === null ? {} : { eventIdField }),
    features: view.features.map((feature) => featureDefinition(feature, typeOf)),
    ...texts,
    online: true,
    offline: true,
  };
}

/** The SELECT that lists the columns in declared order, which is the order that breaks ties (TIME T8). */
export function transformSql(columns: readonly string[]): string {
  return `select ${columns.map((column) => id(column).text).join(", ")}\nfrom ${PARAMETER}`;
}

function featureDefinition(feature: RawFeature, typeOf: (column: string) => ValueType): FeatureDefinition {
  if (feature.kind === "attribute") return { ...feature, type: typeOf(feature.name) };
  const { name, column, window, offset } = feature;
  return {
    kind: "aggregate",
    name,
    function: feature.function as AggregateName,
    column,
    window:
      window === "lifetime"
        ? { kind: "lifetime" }
        : { kind: "sliding", size: `${window}us`, offset: `${offset}us` },
  };
}

/** The types of a case's features by name. */
export function featureTypes({ view }: Case): ReadonlyMap<string, ValueType> {
  return new Map(view.features.map(({ name }) => [name, featureType(view, name)]));
}
