export { TeselaError, type Definition, type ErrorCode, type JobState, type Problem } from "@tesela/core";
export type { Attempt, Change, FeatureView as FeatureViewInfo, Job, Plan, Retrieval } from "@tesela/contract";

export { attribute, count, max, mean, min, sum, type AggregateFunction } from "./declare/aggregates.ts";
export { isDeclaration, type Declaration, type MetadataOptions } from "./declare/declaration.ts";
export { declarationsOf } from "./declare/declarations-of.ts";
export type { DurationName } from "./declare/duration-name.ts";
export { entity, type Entity, type EntityOptions, type JoinKeyTypes } from "./declare/entity.ts";
export type { Aggregate, AggregateOptions, Attribute, Feature, ValueOf } from "./declare/feature.ts";
export {
  batchSource,
  parquetFiles,
  type BatchSource,
  type BatchSourceOptions,
  type FileOptions,
} from "./declare/source.ts";
export { sql, type SourceHandle, type Transform } from "./declare/transform.ts";
export {
  batchFeatureView,
  type BatchFeatureView,
  type BatchFeatureViewOptions,
  type FeatureValues,
  type JoinKeys,
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
export {
  FeatureView,
  type MaterializationRequest,
  type NamedView,
  type OnlineOptions,
} from "./client/feature-view.ts";
export type { HistoricalOptions } from "./client/historical.ts";
export type { CallOptions, ConnectOptions } from "./client/http.ts";
export type { KeyInput } from "./client/join-keys.ts";
export { MaterializationJobFailedError, MaterializationTimeoutError } from "./client/job-errors.ts";
export type { RetryOptions } from "./client/retry.ts";
export type { WaitOptions } from "./client/wait-for-job.ts";
export { Workspace, type Applied, type WorkspaceHistoricalOptions } from "./client/workspace.ts";

export { FeatureFrame } from "./frame/feature-frame.ts";
export type { FrameRow, FrameValue } from "./frame/frame-reader.ts";
export type { FrameColumn } from "./frame/frame-schema.ts";
export type { Spine, SpineRow, SpineValue } from "./frame/spine.ts";
