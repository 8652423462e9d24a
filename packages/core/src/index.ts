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
  bound,
  delay,
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
export { encodeKey, type JoinKey } from "./value/key.ts";
export {
  isValueType,
  KEY_TYPES,
  VALUE_TYPES,
  type KeyType,
  type KeyValue,
  type Value,
  type ValueType,
} from "./value/value-type.ts";

export {
  AGGREGATE_NAMES,
  type Aggregate,
  type AggregateName,
  type Partial,
  type PartialType,
  type PartialValue,
} from "./aggregation/aggregate.ts";
export { aggregates } from "./aggregation/all.ts";

export { canonicalJson } from "./definition/canonical-json.ts";
export type {
  AggregateDefinition,
  AttributeDefinition,
  BatchFeatureViewDefinition,
  BatchSourceDefinition,
  Definition,
  DefinitionKind,
  EntityDefinition,
  FeatureDefinition,
  FileBatchConfig,
  Metadata,
  WindowDefinition,
} from "./definition/definition.ts";
export {
  compileView,
  type CompiledAggregate,
  type CompiledView,
  type ViewShape,
} from "./definition/compile.ts";
export { defaultAggregateName, nameProblem } from "./definition/names.ts";
export type { ResolvedColumn, ResolvedView } from "./definition/resolved.ts";
export { validateColumns } from "./definition/validate-columns.ts";
export { pathOf, repositoryOf, validateDefinitions, type Repository } from "./definition/validate.ts";

export { TILE_START, EVENT_TIME, BOUND } from "./query/columns.ts";
export { eventsSql, rejectedSql, type SourceRelations } from "./query/events.ts";
export { floorSql } from "./query/floor-sql.ts";
export { pointInTimeSql, touchesSql, type ReadView } from "./query/point-in-time.ts";
export { boundColumn, spineSql, type Spine } from "./query/spine.ts";
export {
  computedSql,
  pathList,
  storedColumns,
  storedSql,
  storedTime,
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
  decideRetry,
  DEFAULT_RETRY_POLICY,
  type AttemptEnd,
  type RetryDecision,
  type RetryHistory,
  type RetryPolicy,
} from "./materialization/retry.ts";
export {
  checkTrigger,
  triggeredStores,
  type TriggeredView,
  type TriggerRequest,
} from "./materialization/trigger.ts";
