import type { AggregateName } from "../aggregation/aggregate.ts";
import type { KeyType, ValueType } from "../value/value-type.ts";

/** What every declared object may carry besides its meaning; changing it changes no value. */
export interface Metadata {
  readonly description?: string;
  readonly owner?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A thing that features describe, known by its join keys (in declared order). */
export interface EntityDefinition extends Metadata {
  readonly kind: "entity";
  readonly name: string;
  readonly joinKeys: readonly {
    readonly name: string;
    readonly type: KeyType;
  }[];
}

/** Files of one table: a path or glob under one of the workers' source roots. */
export interface FileBatchConfig {
  readonly format: "parquet";
  readonly path: string;
  readonly timestampField: string;
  /** Duration text; rows may arrive this long after their event time. */
  readonly dataDelay: string;
}

/** A table of past events. */
export interface BatchSourceDefinition extends Metadata {
  readonly kind: "batchSource";
  readonly name: string;
  readonly batch: FileBatchConfig;
}

/** A feature that is the newest value of a column. */
export interface AttributeDefinition {
  readonly kind: "attribute";
  readonly name: string;
  readonly type: ValueType;
}

/** The window of an aggregate: `{ size: "7d", offset: "-1d" }`, or everything since the lifetime start. */
export type WindowDefinition =
  | { readonly kind: "sliding"; readonly size: string; readonly offset: string }
  | { readonly kind: "lifetime" };

/** A feature that folds the values of a column over a window. */
export interface AggregateDefinition {
  readonly kind: "aggregate";
  readonly name: string;
  readonly function: AggregateName;
  readonly column: string;
  readonly window: WindowDefinition;
  /** What the declaration says the column's type is; checked, never a cast. */
  readonly columnType?: ValueType;
}

/** A feature of a view: all attributes or all aggregates. */
export type FeatureDefinition = AttributeDefinition | AggregateDefinition;

/** A feature view over batch sources, computed on a schedule. */
export interface BatchFeatureViewDefinition extends Metadata {
  readonly kind: "batchFeatureView";
  readonly name: string;
  /** Names of entities; the view's join keys are theirs, in this order. */
  readonly entities: readonly string[];
  /** What the transformation calls its inputs, and the source that each one is. */
  readonly sources: readonly {
    readonly parameter: string;
    readonly source: string;
  }[];
  /** One row-wise SELECT over the parameters (TIME T16). */
  readonly transform: { readonly sql: string };
  readonly timestampField: string;
  readonly createdTimestampField?: string;
  readonly eventIdField?: string;
  /** `I`; aggregates only; the batch schedule where absent. */
  readonly aggregationInterval?: string;
  readonly features: readonly FeatureDefinition[];
  /** `S` */
  readonly batchSchedule: string;
  /** ISO instant. */
  readonly featureStartTime: string;
  /** ISO instant; where lifetime windows begin. */
  readonly lifetimeStartTime?: string;
  /** Attributes only. */
  readonly ttl?: string;
  readonly online: boolean;
  readonly offline: boolean;
}

/** Any declared object, as canonical JSON stores it. */
export type Definition = EntityDefinition | BatchSourceDefinition | BatchFeatureViewDefinition;

/** The kinds of declared objects. */
export type DefinitionKind = Definition["kind"];
