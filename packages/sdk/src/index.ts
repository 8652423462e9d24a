export { TeselaError, type Definition, type ErrorCode, type JobState, type Problem } from "@tesela/core";
export type {
  Attempt,
  Change,
  FeatureView as FeatureViewInfo,
  Job,
  JobLogLine,
  Plan,
  Retrieval,
} from "@tesela/contract";

export {
  approxCountDistinct,
  approxPercentile,
  attribute,
  count,
  first,
  firstDistinct,
  last,
  lastDistinct,
  max,
  mean,
  min,
  stddevPop,
  stddevSamp,
  sum,
  varPop,
  varSamp,
  type AggregateFunction,
  type ListAggregateFunction,
  type PrecisionOption,
} from "./declare/aggregates.ts";
export { batchFeatureView, type BatchFeatureViewOptions } from "./declare/batch-feature-view.ts";
export { isDeclaration, type Declaration, type MetadataOptions } from "./declare/declaration.ts";
export { declarationsOf } from "./declare/declarations-of.ts";
export type { DurationName } from "./declare/duration-name.ts";
export { entity, type Entity, type EntityOptions, type JoinKeyTypes } from "./declare/entity.ts";
export {
  featureService,
  type FeatureService,
  type FeatureServiceOptions,
  type ServiceMember,
} from "./declare/feature-service.ts";
export { featureTable, type FeatureTableOptions } from "./declare/feature-table.ts";
export type { Aggregate, AggregateOptions, Attribute, Feature, ValueOf } from "./declare/feature.ts";
export {
  csvFiles,
  jsonFiles,
  parquetFiles,
  type FileOptions,
  type TextColumns,
  type TextFileOptions,
} from "./declare/files.ts";
export {
  realtimeFeatureView,
  type RealtimeFeatureView,
  type RealtimeFeatureViewOptions,
  type RealtimeInputs,
  type RealtimeOutput,
  type RealtimeSource,
  type SchemaValues,
} from "./declare/realtime-feature-view.ts";
export { requestSource, type RequestSource, type Schema } from "./declare/request-source.ts";
export type { ServiceView } from "./declare/service-view.ts";
export {
  batchSource,
  push,
  streamSource,
  type BatchSource,
  type BatchSourceOptions,
  type Source,
  type StreamConfig,
  type StreamSource,
  type StreamSourceOptions,
} from "./declare/source.ts";
export { streamFeatureView, type StreamFeatureViewOptions } from "./declare/stream-feature-view.ts";
export { sql, type SourceHandle, type Transform } from "./declare/transform.ts";
export type {
  BatchFeatureView,
  DeclaredView,
  FeatureTable,
  FeatureValues,
  JoinKeys,
  StreamFeatureView,
} from "./declare/view.ts";
export type { JoinKeysOf, KeyInputOf, ValuesOf } from "./declare/view-types.ts";
export { lifetime, type LifetimeWindow, type OffsetWindow, type WindowInput } from "./declare/window.ts";

export { connect, type Client } from "./client/connect.ts";
export {
  FeatureVector,
  type JoinKeyValues,
  type VectorMetadata,
  type VectorValue,
} from "./client/feature-vector.ts";
export { ConsistencyReport, type ConsistencyOptions } from "./client/consistency.ts";
export { ViewCoverage, type Freshness, type Gap } from "./client/coverage.ts";
export { FeatureView, type LoadedFeatureView, type NamedView } from "./client/feature-view.ts";
export type { RefillOptions } from "./client/refill.ts";
export type { Fence, HistoricalOptions, RangeOptions, ReadOptions } from "./client/historical.ts";
export type { ViewChoice } from "./client/historical-view.ts";
export { WorkspaceFeatureService, type NamedService } from "./client/feature-service.ts";
export type { CallOptions, ConnectOptions } from "./client/http.ts";
export type { KeyInput } from "./client/join-keys.ts";
export type { ExplainOptions } from "./client/explain.ts";
export { Explanation } from "./client/explanation.ts";
export type {
  JobFilters,
  JobLogOptions,
  JobPage,
  JobPageOptions,
  MaterializationRequest,
} from "./client/jobs.ts";
export {
  MaterializationStatus,
  type MaterializationStatusOptions,
  type MaterializationStatusRow,
} from "./client/status.ts";
export { FeatureViewSummary, type FeatureViewAttributes } from "./client/summary.ts";
export { MaterializationJobFailedError, MaterializationTimeoutError } from "./client/job-errors.ts";
export type { QueryKeys, QueryOptions } from "./client/query.ts";
export type { OnlineOptions, OnlineVectorsOptions } from "./client/online.ts";
export { RealtimeViewSummary, type RealtimeViewAttributes } from "./client/realtime-summary.ts";
export { WorkspaceRealtimeView, type LoadedRealtimeView } from "./client/realtime-view.ts";
export type { AnyFeatureView } from "./client/view-info.ts";
export type { ServedOptions } from "./client/served.ts";
export type { RunOptions } from "./client/run.ts";
export type { RealtimeRunOptions } from "./client/run-realtime.ts";
export type { RetryOptions } from "./client/retry.ts";
export type { WaitOptions } from "./client/wait-for-job.ts";
export {
  Workspace,
  type Applied,
  type WorkspaceExplainOptions,
  type WorkspaceHistoricalOptions,
} from "./client/workspace.ts";

export { FeatureFrame, type MatchStatistics } from "./frame/feature-frame.ts";
export type { FrameRow, FrameValue } from "./frame/frame-value.ts";
export type { ArrowTable } from "./frame/arrow-table.ts";
export type { FrameColumn } from "./frame/frame-schema.ts";
export type { Spine, SpineRow, SpineValue } from "./frame/spine.ts";
export type { PushedView, PushRowsOptions, StreamRow, StreamValue } from "./client/push-rows.ts";
export type { DeleteOptions } from "./client/delete-keys.ts";
export {
  DeletionStatus,
  type DeletionStatusOptions,
  type DeletionStatusRow,
} from "./client/deletion-status.ts";
