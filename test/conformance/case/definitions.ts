import type {
  AggregateName,
  Definition,
  EntityDefinition,
  FeatureDefinition,
  FeatureTableDefinition,
  FeatureViewDefinition,
  SourceDefinition,
  ValueType,
} from "@tesela/core";
import { id } from "@tesela/core";
import type { RawFeature, RawView } from "../../oracle/raw-view.ts";
import type { Case } from "./case.ts";

/** What a case declares: an entity, a source of its events (but for a feature table) and the view. */
export interface CaseDefinitions {
  readonly entity: EntityDefinition;
  readonly source: SourceDefinition | null;
  readonly view: FeatureViewDefinition;
}

/** The name that a case's transformation calls its events. */
export const PARAMETER = "events";

/** The definitions of a case under a name of its own; `path` is the Parquet file of its events. */
export function definitionsOf(one: Case, name: string, path: string): CaseDefinitions {
  const entity = { kind: "entity", name, joinKeys: one.keys } as const;
  if (one.view.kind === "table") return { entity, source: null, view: tableDefinition(one, name) };
  return { entity, source: sourceDefinition(one, name, path), view: viewDefinition(one, name) };
}

/** The same as a list. */
export function definitionList({ entity, source, view }: CaseDefinitions): readonly Definition[] {
  return source === null ? [entity, view] : [entity, source, view];
}

function sourceDefinition({ view, declared }: Case, name: string, path: string): SourceDefinition {
  const { timestampField } = view;
  const batch = { format: "parquet", path, timestampField, dataDelay: declared.dataDelay } as const;
  if (view.kind === "batch") return { kind: "batchSource", name, batch };
  return { kind: "streamSource", name, stream: { kind: "push" }, batch };
}

function viewDefinition({ view, declared }: Case, name: string): FeatureViewDefinition {
  const { dataDelay: _, ...texts } = declared;
  const fields = {
    ...commonFields(view, name),
    sources: [{ parameter: PARAMETER, source: name }],
    transform: { sql: transformSql(view.columns.map((column) => column.name)) },
    ...(view.eventIdField === null ? {} : { eventIdField: view.eventIdField }),
    features: view.features.map((feature) => featureDefinition(feature, view)),
    ...texts,
  };
  const kind = view.kind === "batch" ? "batchFeatureView" : "streamFeatureView";
  return { kind, ...fields, online: true };
}

/** A feature table has every column of the case as a feature, in their order, for they break ties (TIME T8). */
function tableDefinition({ view, declared }: Case, name: string): FeatureTableDefinition {
  const others = [...view.joinKeys, view.timestampField, view.createdTimestampField];
  const columns = view.columns.filter((column) => !others.includes(column.name));
  return {
    kind: "featureTable",
    ...commonFields(view, name),
    features: columns.map((column) => ({ kind: "attribute", name: column.name, type: column.type })),
    featureStartTime: declared.featureStartTime,
    ...(declared.ttl === undefined ? {} : { ttl: declared.ttl }),
    online: true,
  };
}

function commonFields(view: RawView, name: string) {
  const { createdTimestampField: created, timestampField } = view;
  return {
    name,
    entities: [name],
    timestampField,
    ...(created === null ? {} : { createdTimestampField: created }),
    offline: true,
  } as const;
}

/** The SELECT that lists the columns in declared order, which is the order that breaks ties (TIME T8). */
export function transformSql(columns: readonly string[]): string {
  return `select ${columns.map((column) => id(column).text).join(", ")}\nfrom ${PARAMETER}`;
}

function featureDefinition(feature: RawFeature, { columns }: RawView): FeatureDefinition {
  const typeOf = (name: string): ValueType => columns.find((column) => column.name === name)!.type;
  if (feature.kind === "attribute") return { ...feature, type: typeOf(feature.name) };
  const { name, column, window, offset, n, precision, percentile } = feature;
  return {
    kind: "aggregate",
    name,
    function: feature.function as AggregateName,
    column,
    window:
      window === "lifetime"
        ? { kind: "lifetime" }
        : { kind: "sliding", size: `${window}us`, offset: `${offset}us` },
    ...(n === null ? {} : { n }),
    ...(precision === null ? {} : { precision }),
    ...(percentile === null ? {} : { percentile }),
  };
}
