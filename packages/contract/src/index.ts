export { definitionSchema, definitionsSchema } from "./definition/definition.ts";
export { entitySchema } from "./definition/entity.ts";
export { featureViewSchema as featureViewDefinitionSchema } from "./definition/feature-view.ts";
export { sourceSchema } from "./definition/source.ts";

export {
  explainRequestSchema,
  explainingResponseSchema,
  type Explaining,
  type ExplainRequest,
} from "./http/explain.ts";
export { clockResponseSchema, setClockRequestSchema } from "./http/clock.ts";
export { healthResponseSchema, readinessResponseSchema } from "./http/health.ts";
export {
  historicalRequestSchema,
  retrievalQuerySchema,
  retrievalResponseSchema,
  retrievalSchema,
  spineResponseSchema,
  type HistoricalReadView,
  type HistoricalRequest,
  type Retrieval,
} from "./http/historical.ts";
export { ingestRequestSchema, type IngestRequest } from "./http/ingest.ts";
export {
  attemptSchema,
  jobResponseSchema,
  jobSchema,
  jobsResponseSchema,
  listJobsQuerySchema,
  triggerRequestSchema,
  waitJobQuerySchema,
  type Attempt,
  type Job,
  type TriggerRequest,
} from "./http/job.ts";
export {
  onlineQueryRequestSchema,
  onlineQueryResponseSchema,
  onlineRequestSchema,
  onlineResponseSchema,
  onlineVectorsRequestSchema,
  onlineVectorsResponseSchema,
  type OnlineFeatures,
  type OnlineQueryRequest,
  type OnlineQueryVectors,
  type OnlineVectors,
  type OnlineVectorsRequest,
} from "./http/online.ts";
export {
  applyRequestSchema,
  applyResponseSchema,
  changeSchema,
  planRequestSchema,
  planResponseSchema,
  planSchema,
  type Change,
  type Plan,
} from "./http/plan.ts";
export {
  coverageResponseSchema,
  coverageSchema,
  jobLogsQuerySchema,
  jobLogsResponseSchema,
  refillRequestSchema,
  refillResponseSchema,
  refreshResponseSchema,
  type Coverage,
  type JobLogLine,
} from "./http/schedule.ts";
export {
  sourcesPayloadSchema,
  sourcesResultSchema,
  type SourcesPayload,
  type SourcesResult,
} from "./task/sources.ts";
export {
  housekeepingRequestSchema,
  housekeepingResponseSchema,
  housekeepingWorkSchema,
  type HousekeepingRequest,
  type HousekeepingWork,
} from "./http/housekeeping.ts";
export { runRequestSchema, type RunRequest } from "./http/run.ts";
export { MAX_WAIT_SECONDS } from "./http/wait.ts";
export {
  dataSourcesResponseSchema,
  entitiesResponseSchema,
  featureServiceResponseSchema,
  featureServiceSchema,
  featureServicesResponseSchema,
  featureViewResponseSchema,
  featureViewSchema,
  featureViewsResponseSchema,
  realtimeViewSchema,
  workspacesResponseSchema,
  type FeatureService,
  type FeatureView,
  type RealtimeView,
} from "./http/workspace.ts";

export { openApiDocument } from "./openapi/document.ts";
export { storedPlanSchema, type StoredPlan } from "./plan/stored-plan.ts";
export { queueMessageSchema, type QueueMessage } from "./queue/message.ts";

export { pathTo, type PathParameters } from "./routes/paths.ts";
export {
  isSchema,
  PARQUET_TYPE,
  TABLE_TYPES,
  type Access,
  type RawBody,
  type Route,
} from "./routes/route.ts";
export {
  routes,
  type QueryOf,
  type RequestBodyOf,
  type ResponseOf,
  type RouteName,
} from "./routes/routes.ts";

export { checkPayloadSchema, checkResultSchema, type CheckPayload, type CheckResult } from "./task/check.ts";
export {
  explainPayloadSchema,
  explanationSchema,
  type ExplainedReason,
  type ExplainedRowView,
  type ExplainedView,
  type ExplainPayload,
  type ExplanationData,
} from "./task/explain.ts";
export { compiledRealtimeViewSchema, type RealtimeRead } from "./task/realtime.ts";
export { resolvedColumnSchema, resolvedViewSchema } from "./task/resolved-view.ts";
export {
  retrievalPayloadSchema,
  retrievalResultSchema,
  type RangeReadPayload,
  type RetrievalPayload,
  type RetrievalResult,
  type RetrievalView,
  type SpineReadPayload,
} from "./task/retrieval.ts";

export { retrievalTaskSchema } from "./task/retrieval-task.ts";
export { runRealtimePayloadSchema, type RunRealtimePayload } from "./task/run-realtime.ts";
export { AGGREGATION_LEVELS, runPayloadSchema, type AggregationLevel, type RunPayload } from "./task/run.ts";

export { instantSchema, timeRangeSchema } from "./wire/instant.ts";
export { errorOfProblem, PROBLEM_TYPE, problemOf, problemSchema, type ProblemBody } from "./wire/problem.ts";
export {
  decodeKeyValue,
  decodeValue,
  encodeFeature,
  featureEncoder,
  encodeValue,
  wireFeatureSchema,
  wireValueSchema,
  type WireFeature,
  type WireValue,
} from "./wire/value.ts";
export { parseWith } from "./wire/zod-problems.ts";

export { wireDataTypeOf, type WireDataType } from "./wire-compat/data-type.ts";
export { wireErrorOf, wireErrorSchema, type WireError, type WireErrorBody } from "./wire-compat/error.ts";
export {
  MAX_BATCH_ROWS,
  type FeatureStatus,
  type NameAndType,
  type SloInfo,
  type WireFeatureMetadata,
} from "./wire-compat/feature-service.ts";
export { ingestErrorOf, ingestErrorSchema, type IngestErrorBody } from "./wire-compat/ingest-error.ts";
export { type WireJob, type WireJobState } from "./wire-compat/jobs.ts";
export { MAX_QUERY_ROWS } from "./wire-compat/query-features.ts";
export { WIRE_PREFIX } from "./wire-compat/routes.ts";
export {
  streamPayloadSchema,
  streamResultSchema,
  type StreamPayload,
  type StreamResult,
} from "./task/stream.ts";
export {
  MOST_RECORDS,
  pushRequestSchema,
  pushResponseSchema,
  type PushResponse,
} from "./http/stream-ingest.ts";
export {
  deletionRequestSchema,
  deletionResponseSchema,
  deletionSchema,
  deletionsResponseSchema,
  listDeletionsQuerySchema,
  MAX_DELETED_KEYS,
  verifyingResponseSchema,
  verifyingSchema,
  type Deletion,
  type DeletionRequest,
  type KeysVerifying,
} from "./http/deletion.ts";
export {
  keysVerificationSchema,
  verifyKeysPayloadSchema,
  type KeysVerification,
  type VerifyKeysPayload,
} from "./task/verify-keys.ts";
export {
  checkingResponseSchema,
  checkingSchema,
  consistencyRequestSchema,
  MAX_SAMPLE_SIZE,
  type ConsistencyChecking,
  type ConsistencyRequest,
} from "./http/consistency.ts";
export {
  consistencyPayloadSchema,
  consistencySchema,
  onlineExplanationSchema,
  type ConsistencyData,
  type ConsistencyPayload,
  type FeatureConsistency,
  type OnlineExplanationData,
} from "./task/consistency.ts";
export { servedRequestSchema, type ServedRequest } from "./http/served.ts";
export {
  keepServedPayloadSchema,
  readServedPayloadSchema,
  servedColumnSchema,
  servedValueSchema,
  type KeepServedPayload,
  type ReadServedPayload,
  type ServedColumn,
  type ServedValue,
} from "./task/served-log.ts";

export { FailureBudget } from "./access/failure-budget.ts";
