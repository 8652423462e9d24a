export { httpStatusOf, isErrorCode, isRetryable, type ErrorCode } from "./errors/error-code.ts";
export { formatProblems, type Problem } from "./errors/problem.ts";
export { TeselaError, toTeselaError, type ErrorExtras } from "./errors/tesela-error.ts";
export { unreachable } from "./errors/unreachable.ts";

export { ceil, floor } from "./time/floor.ts";
export {
  DAY,
  duration,
  formatDuration,
  parseDuration,
  tryParseDuration,
  type DurationMicros,
  type DurationText,
} from "./time/duration.ts";
export { formatInstant, micros, parseInstant, type EpochMicros, type InstantInput } from "./time/instant.ts";
export {
  answeredAt,
  bound,
  delay,
  firstBoundOf,
  firstInstantOf,
  isInstantGrain,
  PLAIN_BOUND,
  type BoundOptions,
  dueAt,
  edge,
  firstVisible,
  isExpired,
  materializableFrom,
  materializableUntil,
  neededFrom,
  servedBound,
  startBound,
  ttlBase,
  windowRange,
} from "./time/law.ts";
export {
  formatRange,
  intersect,
  mergeRanges,
  overlaps,
  subtractRanges,
  type TimeRange,
} from "./time/range.ts";
export type { ViewTime, Window } from "./time/view-time.ts";

export { id, quoteIdentifier, quoteLiteral, text, timestamp } from "./sql/quote.ts";
export { join, nothing, sql, trusted, type Sql, type SqlPart } from "./sql/sql.ts";

export { compareValues } from "./value/compare.ts";
export { aliased, castSql, duckdbTypeOf, valueTypeOf } from "./value/duckdb-type.ts";
export { decodeKey, encodeKey, type JoinKey } from "./value/key.ts";
export {
  isValueType,
  KEY_TYPES,
  VALUE_TYPES,
  type FeatureType,
  type KeyType,
  type KeyValue,
  type Scalar,
  type Value,
  type ValueType,
} from "./value/value-type.ts";

export {
  AGGREGATE_NAMES,
  type Aggregate,
  type AggregateName,
  type AggregateParameters,
  type Partial,
  type PartialCell,
  type PartialScalar,
  type PartialType,
  type PartialValue,
} from "./aggregation/aggregate.ts";
export { aggregates } from "./aggregation/all.ts";
export { differenceOf, type Difference } from "./aggregation/difference.ts";

export { canonicalJson } from "./definition/canonical-json.ts";
export { BATCH_TRIGGERS, type BatchTrigger } from "./definition/definition.ts";
export type {
  AggregateDefinition,
  AttributeDefinition,
  BatchFeatureViewDefinition,
  BatchSourceDefinition,
  DeclaredColumns,
  Definition,
  DefinitionKind,
  EntityDefinition,
  FeatureDefinition,
  FeatureServiceDefinition,
  FeatureTableDefinition,
  FeatureViewDefinition,
  FieldDefinition,
  FileBatchConfig,
  Metadata,
  OnlineCacheDefinition,
  RealtimeFeatureViewDefinition,
  RealtimeSourceDefinition,
  ServiceViewDefinition,
  SourceDefinition,
  SourceInput,
  StreamFeatureViewDefinition,
  StreamSourceDefinition,
  WindowDefinition,
} from "./definition/definition.ts";
export {
  compileView,
  type CompiledAggregate,
  type CompiledSource,
  type CompiledView,
  type ViewShape,
} from "./definition/compile.ts";
export {
  compileRealtimeView,
  type CompiledRealtimeView,
  type RealtimeField,
  type RealtimeOrigin,
  type RealtimeSource,
} from "./definition/compile-realtime.ts";
export { defaultAggregateName, nameProblem } from "./definition/names.ts";
export type { ResolvedColumn, ResolvedView } from "./definition/resolved.ts";
export { declaredTypeOf, isCountFeature } from "./definition/declared-type.ts";
export { joinKeysOf, realtimeJoinKeysOf, wildcardKeyOf } from "./definition/join-keys-of.ts";
export { resolveTable } from "./definition/resolve-table.ts";
export { tileColumnName } from "./definition/tile-column-name.ts";
export { validateColumns } from "./definition/validate-columns.ts";
export { MAX_FUNCTION_BYTES } from "./definition/validate-realtime.ts";
export {
  DEFINITION_KINDS,
  isSource,
  isView,
  isViewKind,
  pathOf,
  repositoryOf,
  validateDefinitions,
  type Repository,
} from "./definition/validate.ts";

export {
  AT,
  BOUND,
  CREATED_TIME,
  EVENT_ID,
  EVENT_TIME,
  INSTANT,
  SPINE_ROW,
  TILE_START,
  VERSION,
} from "./query/columns.ts";
export { keepsVersions } from "./query/attribute-rows.ts";
export {
  bestFirst,
  eventsSql,
  rejectedOfRangeSql,
  rejectedSql,
  transformedSql,
  type SourceRelations,
} from "./query/events.ts";
export {
  explainRow,
  type ExplainedRow,
  type NearestRows,
  type RowFacts,
  type RowReason,
} from "./query/explain-reason.ts";
export { joinConditionOf, strategiesOf, windowsOf, type ExplainedWindow } from "./query/explain-view.ts";
export { floorSql } from "./query/floor-sql.ts";
export { answeredInstants, neededByRange, type AskedRange } from "./query/needed.ts";
export { neededByRowSql, touchesSql } from "./query/needed-sql.ts";
export { pointInTimeSql } from "./query/point-in-time.ts";
export { rangeReadSql, VALID_FROM, VALID_TO } from "./query/range-read.ts";
export { READ_STATUSES, statusCode, statusColumn, type ReadStatus } from "./query/read-status.ts";
export {
  askedFeatures,
  NO_FENCES,
  spineKey,
  wholeView,
  type AskedFeature,
  type AskedView,
  type ReadFences,
  type ReadView,
} from "./query/read-view.ts";
export {
  deletedKeysSql,
  deletedRowsSql,
  NO_DELETED_KEYS,
  withoutDeletedSql,
  type DeletedKey,
  type DeletedKeys,
} from "./query/deleted-rows.ts";
export { boundColumn, boundSql, keyColumn, spineSql, type Spine } from "./query/spine.ts";
export {
  computedFileSql,
  computedSql,
  fileColumns,
  historySql,
  pathList,
  storedColumns,
  storedSql,
  storedTime,
  storedVersionsSql,
  type LivePath,
  type StoredColumn,
} from "./query/stored.ts";

export {
  ATTEMPT_STATES,
  isFinal,
  JOB_EVENTS,
  JOB_STATES,
  jobLifeCycle,
  nextJobState,
  type AttemptState,
  type JobEvent,
  type JobState,
} from "./materialization/job-life-cycle.ts";
export {
  HOUSEKEEPING_TYPES,
  JOB_TRIGGERS,
  JOB_TYPES,
  type HousekeepingType,
  type JobTrigger,
  type JobType,
} from "./materialization/job-type.ts";
export { PART_ROWS, partsOfJob, type RowGroup } from "./materialization/parts.ts";
export {
  decideRetry,
  DEFAULT_RETRY_POLICY,
  type AttemptEnd,
  type RetryDecision,
  type RetryHistory,
  type RetryPolicy,
} from "./materialization/retry.ts";
export {
  coverageOf,
  type Coverage,
  type JobRange,
  type StoreCoverage,
  type StoreLedger,
} from "./materialization/coverage.ts";
export { byStores, type StoreSet } from "./materialization/by-stores.ts";
export { lateness } from "./materialization/lateness.ts";
export { dueJobs, type DueJob } from "./materialization/due-jobs.ts";
export {
  dueRange,
  missingRanges,
  wantedRanges,
  type LedgerRanges,
  type ScheduledView,
  type StoreRanges,
} from "./materialization/wanted.ts";
export {
  checkTrigger,
  triggeredStores,
  type TriggeredView,
  type TriggerRequest,
} from "./materialization/trigger.ts";
