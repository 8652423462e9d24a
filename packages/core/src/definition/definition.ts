import type { AggregateName } from "../aggregation/aggregate.ts";
import type { FeatureType, KeyType, ValueType } from "../value/value-type.ts";

/** What every declared object may carry besides its meaning; changing it changes no value. */
export interface Metadata {
  readonly description?: string;
  readonly owner?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** The file that declares it. */
  readonly definedIn?: string;
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

/** The columns of files that carry no types of their own, in order. */
export type DeclaredColumns = readonly { readonly name: string; readonly type: ValueType }[];

/** Files of one table: a path or glob under one of the workers' source roots. */
export interface FileBatchConfig {
  readonly format: "parquet" | "csv" | "ndjson";
  readonly path: string;
  /** CSV and NDJSON only, and needed there: nothing is guessed, `'007'` stays a text. */
  readonly columns?: DeclaredColumns;
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

/** A stream of events; its batch log is the same events as files, for backfill and history. */
export interface StreamSourceDefinition extends Metadata {
  readonly kind: "streamSource";
  readonly name: string;
  readonly stream: { readonly kind: "push" };
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
  /** How many values; `last`, `first`, `lastDistinct`, `firstDistinct` only, and needed there. */
  readonly n?: number;
  /** Of the sketch; `approxCountDistinct` and `approxPercentile` only. */
  readonly precision?: number;
  /** In `[0, 1]`; `approxPercentile` only, and needed there. */
  readonly percentile?: number;
  /** What the declaration says the column's type is; checked, never a cast. */
  readonly columnType?: ValueType;
}

/** A feature of a view: all attributes or all aggregates. */
export type FeatureDefinition = AttributeDefinition | AggregateDefinition;

/** The serving cache of a view. */
export interface OnlineCacheDefinition {
  /** How long ago the stored values may have been read; deletions of keys are seen at once all the same. */
  readonly maxAge: string;
}

/** What every feature view has. */
interface ViewFields extends Metadata {
  readonly name: string;
  /** Names of entities; the view's join keys are theirs, in this order. */
  readonly entities: readonly string[];
  readonly timestampField: string;
  readonly createdTimestampField?: string;
  readonly features: readonly FeatureDefinition[];
  /** ISO instant. */
  readonly featureStartTime: string;
  /** Attributes only. */
  readonly ttl?: string;
  /** All join keys but one, in order: an online read may leave that one out and gets every value of it. */
  readonly onlineServingIndex?: readonly string[];
  /** How long a feature server may answer from what it has read before. */
  readonly onlineCache?: OnlineCacheDefinition;
  readonly online: boolean;
  readonly offline: boolean;
}

/** What makes the batch jobs of a view. */
export const BATCH_TRIGGERS = ["scheduled", "manual", "none"] as const;

/** What makes the batch jobs of a view: the schedule, a user alone, or nothing at all. */
export type BatchTrigger = (typeof BATCH_TRIGGERS)[number];

/** What every view has that is computed from sources. */
interface ComputedViewFields extends ViewFields {
  /** What the transformation calls its inputs, and the source that each one is. */
  readonly sources: readonly SourceInput[];
  /** One row-wise SELECT over the parameters, unless `incrementalBackfills` (TIME T16). */
  readonly transform: { readonly sql: string };
  readonly eventIdField?: string;
  /** `I`; aggregates only. */
  readonly aggregationInterval?: string;
  /** `S` */
  readonly batchSchedule: string;
  /** What makes batch jobs: the schedule (TIME T13) unless told, a user alone, or nothing at all. */
  readonly batchTrigger?: BatchTrigger;
  /** How much one job of a backfill computes at most; a tenth of the whole unless told. */
  readonly maxBackfillInterval?: string;
  /** ISO instant; where lifetime windows begin. */
  readonly lifetimeStartTime?: string;
}

/** A source that a transformation reads. */
export interface SourceInput {
  readonly parameter: string;
  readonly source: string;
  /** What the transformation sees of it: all rows, or those from this long before its window (TIME T16). */
  readonly sees?: "unfiltered" | { readonly lookback: string };
}

/** A feature view over batch sources, computed on a schedule; without `I` its tiles are as wide as `S`. */
export interface BatchFeatureViewDefinition extends ComputedViewFields {
  readonly kind: "batchFeatureView";
  /** Whether the transformation runs once per batch window over that window's rows alone (TIME T16). */
  readonly incrementalBackfills?: boolean;
}

/** A feature view over one stream; aggregates without `I` are continuous. */
export interface StreamFeatureViewDefinition extends ComputedViewFields {
  readonly kind: "streamFeatureView";
}

/** Attributes whose rows are ingested as they are. */
export interface FeatureTableDefinition extends ViewFields {
  readonly kind: "featureTable";
}

/** Any feature view. */
export type FeatureViewDefinition =
  BatchFeatureViewDefinition | StreamFeatureViewDefinition | FeatureTableDefinition;

/** A value by name: of a request, or what a realtime feature view gives. */
export interface FieldDefinition {
  readonly name: string;
  readonly type: FeatureType;
}

/** What a realtime feature view's function is given under a name: request data, or features of another view. */
export type RealtimeSourceDefinition =
  | {
      readonly kind: "request";
      readonly parameter: string;
      readonly schema: readonly FieldDefinition[];
    }
  | {
      readonly kind: "view";
      readonly parameter: string;
      readonly view: string;
      /** All unless told. */
      readonly features?: readonly string[];
      /** From the view's join keys to those of the realtime view; a key that is not named keeps its name. */
      readonly joinKeyMap?: Readonly<Record<string, string>>;
    };

/** Features that a pure function makes of request data and other views' features; nothing of it is stored. */
export interface RealtimeFeatureViewDefinition extends Metadata {
  readonly kind: "realtimeFeatureView";
  readonly name: string;
  readonly sources: readonly RealtimeSourceDefinition[];
  readonly features: readonly FieldDefinition[];
  /** The JavaScript text of one function, which stands for itself. */
  readonly transform: { readonly function: string };
}

/** A view of a feature service: all its features or some, under a name and with join keys of the service's own. */
export interface ServiceViewDefinition {
  readonly view: string;
  /** What the features are named after; the view's name unless told. */
  readonly name?: string;
  /** All unless told. */
  readonly features?: readonly string[];
  /** From the view's join keys to the service's; a key that is not named keeps its name. */
  readonly joinKeyMap?: Readonly<Record<string, string>>;
}

/** Several views read as one. */
export interface FeatureServiceDefinition extends Metadata {
  readonly kind: "featureService";
  readonly name: string;
  readonly views: readonly ServiceViewDefinition[];
  /** A sample of what is served is kept. */
  readonly logging?: ServiceLoggingDefinition;
}

/** How much of what a service serves is kept. */
export interface ServiceLoggingDefinition {
  /** Above 0, at most 1. */
  readonly sampleRate: number;
}

/** Any source of events. */
export type SourceDefinition = BatchSourceDefinition | StreamSourceDefinition;

/** Any declared object, as canonical JSON stores it. */
export type Definition =
  | EntityDefinition
  | SourceDefinition
  | FeatureViewDefinition
  | RealtimeFeatureViewDefinition
  | FeatureServiceDefinition;

/** The kinds of declared objects. */
export type DefinitionKind = Definition["kind"];
