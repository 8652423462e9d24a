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
export { onlineRequestSchema, onlineResponseSchema, type OnlineFeatures } from "./http/online.ts";
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
  workspacesResponseSchema,
  type FeatureService,
  type FeatureView,
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
export { AGGREGATION_LEVELS, runPayloadSchema, type AggregationLevel, type RunPayload } from "./task/run.ts";

export { instantSchema, timeRangeSchema } from "./wire/instant.ts";
export { errorOfProblem, PROBLEM_TYPE, problemOf, problemSchema, type ProblemBody } from "./wire/problem.ts";
export {
  decodeKeyValue,
  decodeValue,
  encodeFeature,
  encodeValue,
  wireFeatureSchema,
  wireValueSchema,
  type WireFeature,
  type WireValue,
} from "./wire/value.ts";
export { parseWith } from "./wire/zod-problems.ts";
