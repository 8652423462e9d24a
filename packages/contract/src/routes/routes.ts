import type { z } from "zod";
import { clockResponseSchema, setClockRequestSchema } from "../http/clock.ts";
import {
  deletionRequestSchema,
  deletionResponseSchema,
  deletionsResponseSchema,
  listDeletionsQuerySchema,
  verifyingResponseSchema,
} from "../http/deletion.ts";
import { explainingResponseSchema, explainRequestSchema } from "../http/explain.ts";
import { healthResponseSchema, readinessResponseSchema } from "../http/health.ts";
import {
  historicalRequestSchema,
  retrievalQuerySchema,
  retrievalResponseSchema,
  spineResponseSchema,
} from "../http/historical.ts";
import { housekeepingRequestSchema, housekeepingResponseSchema } from "../http/housekeeping.ts";
import { ingestRequestSchema } from "../http/ingest.ts";
import { pushRequestSchema, pushResponseSchema } from "../http/stream-ingest.ts";
import {
  jobResponseSchema,
  jobsResponseSchema,
  listJobsQuerySchema,
  triggerRequestSchema,
  waitJobQuerySchema,
} from "../http/job.ts";
import {
  onlineRequestSchema,
  onlineResponseSchema,
  onlineVectorsRequestSchema,
  onlineVectorsResponseSchema,
} from "../http/online.ts";
import { runRequestSchema } from "../http/run.ts";
import {
  coverageResponseSchema,
  jobLogsQuerySchema,
  jobLogsResponseSchema,
  refillRequestSchema,
  refillResponseSchema,
  refreshResponseSchema,
} from "../http/schedule.ts";
import {
  applyRequestSchema,
  applyResponseSchema,
  planRequestSchema,
  planResponseSchema,
} from "../http/plan.ts";
import {
  dataSourcesResponseSchema,
  entitiesResponseSchema,
  featureServiceResponseSchema,
  featureServicesResponseSchema,
  featureViewResponseSchema,
  featureViewsResponseSchema,
  workspacesResponseSchema,
} from "../http/workspace.ts";
import { openApiDocumentSchema } from "../http/open-api.ts";
import { wireRoutes } from "../wire-compat/routes.ts";
import { PARQUET_TYPE, TABLE_TYPES, type RawBody, type Route } from "./route.ts";

const get = {
  server: "controlPlane",
  method: "get",
  query: null,
  body: null,
  status: 200,
  errors: [],
} as const;
const post = { server: "controlPlane", method: "post", query: null, status: 200, errors: [] } as const;

/** Every operation of both servers: the one place that spells paths. */
export const routes = {
  health: {
    ...get,
    path: "/healthz",
    access: "public",
    summary: "Whether the process runs",
    response: healthResponseSchema,
  },
  readiness: {
    ...get,
    path: "/readyz",
    access: "public",
    summary: "Whether the process and all that it needs answer",
    response: readinessResponseSchema,
  },
  metrics: {
    ...get,
    path: "/metrics",
    access: "reader",
    summary: "Metrics in the text format of Prometheus",
    response: { contentType: "text/plain" },
  },
  openApi: {
    ...get,
    path: "/openapi.json",
    access: "reader",
    summary: "This document",
    response: openApiDocumentSchema,
  },
  getClock: {
    ...get,
    path: "/v1/clock",
    access: "reader",
    summary: "The platform clock",
    response: clockResponseSchema,
  },
  setClock: {
    ...get,
    method: "put",
    path: "/v1/clock",
    access: "admin",
    summary: "Freeze the platform clock at an instant, or let it run",
    body: setClockRequestSchema,
    response: clockResponseSchema,
  },
  listWorkspaces: {
    ...get,
    path: "/v1/workspaces",
    access: "reader",
    summary: "The workspaces that the key may see",
    response: workspacesResponseSchema,
  },
  plan: {
    ...post,
    path: "/v1/workspaces/:workspace/plan",
    access: "admin",
    summary: "What applying the definitions, as the whole wanted state, would do",
    body: planRequestSchema,
    response: planResponseSchema,
    errors: ["INVALID_SQL", "SQL_NOT_ALLOWED", "NO_WORKER"],
  },
  apply: {
    ...post,
    path: "/v1/workspaces/:workspace/apply",
    access: "admin",
    summary: "Do what a plan said, or apply definitions that destroy nothing",
    body: applyRequestSchema,
    response: applyResponseSchema,
    errors: ["INVALID_SQL", "SQL_NOT_ALLOWED", "PLAN_STALE", "DESTRUCTIVE", "EXPIRED", "NO_WORKER"],
  },
  listFeatureViews: {
    ...get,
    path: "/v1/workspaces/:workspace/feature-views",
    access: "reader",
    summary: "The feature views, by name",
    response: featureViewsResponseSchema,
  },
  getFeatureView: {
    ...get,
    path: "/v1/workspaces/:workspace/feature-views/:name",
    access: "reader",
    summary: "A feature view and what is materialized of it",
    response: featureViewResponseSchema,
  },
  listFeatureServices: {
    ...get,
    path: "/v1/workspaces/:workspace/feature-services",
    access: "reader",
    summary: "The feature services, by name",
    response: featureServicesResponseSchema,
  },
  getFeatureService: {
    ...get,
    path: "/v1/workspaces/:workspace/feature-services/:name",
    access: "reader",
    summary: "A feature service, its join keys and what it gives",
    response: featureServiceResponseSchema,
  },
  listEntities: {
    ...get,
    path: "/v1/workspaces/:workspace/entities",
    access: "reader",
    summary: "The entities, by name",
    response: entitiesResponseSchema,
  },
  listDataSources: {
    ...get,
    path: "/v1/workspaces/:workspace/data-sources",
    access: "reader",
    summary: "The data sources, by name",
    response: dataSourcesResponseSchema,
  },
  triggerJob: {
    ...post,
    path: "/v1/workspaces/:workspace/feature-views/:name/materialization-jobs",
    access: "admin",
    summary: "Materialize a range of a feature view",
    body: triggerRequestSchema,
    status: 201,
    response: jobResponseSchema,
    errors: ["CONFLICT"],
  },
  ingest: {
    ...post,
    path: "/v1/workspaces/:workspace/feature-views/:name/ingest",
    access: "admin",
    summary: "Bring uploaded rows into a feature table",
    body: ingestRequestSchema,
    status: 201,
    response: jobResponseSchema,
    errors: ["CONFLICT", "EXPIRED"],
  },
  pushRows: {
    ...post,
    path: "/ingest",
    // The body names the workspace, for which the key has to be one of the role admin.
    access: "reader",
    summary: "Push rows into streams; when it answers, the next online read sees them",
    body: pushRequestSchema,
    response: pushResponseSchema,
    errors: ["VALUE_ERROR", "CONFLICT", "TIMEOUT"],
  },
  listJobs: {
    ...get,
    path: "/v1/workspaces/:workspace/materialization-jobs",
    access: "reader",
    summary: "Materialization jobs, newest first",
    query: listJobsQuerySchema,
    response: jobsResponseSchema,
  },
  getJob: {
    ...get,
    path: "/v1/workspaces/:workspace/materialization-jobs/:id",
    access: "reader",
    summary: "A materialization job",
    response: jobResponseSchema,
  },
  waitForJob: {
    ...get,
    path: "/v1/workspaces/:workspace/materialization-jobs/:id/wait",
    access: "reader",
    summary: "The job as soon as it has changed or is final, else as it is at the end of the wait",
    query: waitJobQuerySchema,
    response: jobResponseSchema,
  },
  cancelJob: {
    ...post,
    path: "/v1/workspaces/:workspace/materialization-jobs/:id/cancel",
    access: "admin",
    summary: "Stop a job; one that is final is answered as it is",
    body: null,
    response: jobResponseSchema,
  },
  retryJob: {
    ...post,
    path: "/v1/workspaces/:workspace/materialization-jobs/:id/retry",
    access: "admin",
    summary: "Try a job again that has failed or was cancelled",
    body: null,
    response: jobResponseSchema,
    errors: ["CONFLICT"],
  },
  getJobLogs: {
    ...get,
    path: "/v1/workspaces/:workspace/materialization-jobs/:id/logs",
    access: "reader",
    summary: "What the workers of a job's attempts had to say",
    query: jobLogsQuerySchema,
    response: jobLogsResponseSchema,
  },
  getCoverage: {
    ...get,
    path: "/v1/workspaces/:workspace/feature-views/:name/coverage",
    access: "reader",
    summary: "What is materialized of a feature view, what is not and why, and what is stale",
    response: coverageResponseSchema,
  },
  refill: {
    ...post,
    path: "/v1/workspaces/:workspace/feature-views/:name/refill",
    access: "admin",
    summary: "Let the schedule fill again what cancelled and failed jobs have left empty",
    body: refillRequestSchema,
    response: refillResponseSchema,
  },
  refreshStaleness: {
    ...post,
    path: "/v1/workspaces/:workspace/feature-views/:name/refresh-staleness",
    access: "admin",
    summary: "Compare the source files with those that were materialized, and tell what is stale",
    body: null,
    response: coverageResponseSchema,
    errors: ["NO_WORKER"],
  },
  refresh: {
    ...post,
    path: "/v1/workspaces/:workspace/feature-views/:name/refresh",
    access: "admin",
    summary: "Materialize again what is stale",
    body: null,
    status: 201,
    response: refreshResponseSchema,
    errors: ["CONFLICT"],
  },
  housekeep: {
    ...post,
    path: "/v1/workspaces/:workspace/housekeeping",
    access: "admin",
    summary: "Merge small files, remove what nothing needs, or load the online store anew",
    body: housekeepingRequestSchema,
    response: housekeepingResponseSchema,
    errors: ["CONFLICT"],
  },
  uploadSpine: {
    ...post,
    path: "/v1/workspaces/:workspace/spines",
    access: "reader",
    summary: "Upload the Parquet, CSV or NDJSON file of a spine, or of another table",
    body: { contentType: PARQUET_TYPE, others: [TABLE_TYPES.csv, TABLE_TYPES.ndjson] },
    status: 201,
    response: spineResponseSchema,
    errors: ["TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"],
  },
  retrieveHistorical: {
    ...post,
    path: "/v1/workspaces/:workspace/historical-features",
    access: "reader",
    summary: "Features at the instants of a spine, or over a range of time",
    body: historicalRequestSchema,
    status: 202,
    response: retrievalResponseSchema,
    errors: ["EXPIRED"],
  },
  getRetrieval: {
    ...get,
    path: "/v1/workspaces/:workspace/historical-features/:id",
    access: "reader",
    summary: "How far a historical read is",
    query: retrievalQuerySchema,
    response: retrievalResponseSchema,
    errors: ["EXPIRED"],
  },
  getRetrievalResult: {
    ...get,
    path: "/v1/workspaces/:workspace/historical-features/:id/result",
    access: "reader",
    summary: "The result of a historical read, as a Parquet file",
    response: { contentType: PARQUET_TYPE },
    errors: ["CONFLICT", "EXPIRED"],
  },
  run: {
    ...post,
    path: "/v1/workspaces/:workspace/runs",
    access: "admin",
    summary: "Run a view, applied or not, over its sources or mocks; its result is that of a historical read",
    body: runRequestSchema,
    status: 202,
    response: retrievalResponseSchema,
    errors: ["EXPIRED", "INVALID_SQL", "SQL_NOT_ALLOWED"],
  },
  deleteKeys: {
    ...post,
    path: "/v1/workspaces/:workspace/feature-views/:name/deletions",
    access: "admin",
    summary: "Deletes keys of a feature view for good: at once for every read, then from every file",
    body: deletionRequestSchema,
    status: 201,
    response: deletionResponseSchema,
    errors: ["CONFLICT", "LIMIT_EXCEEDED"],
  },
  listDeletions: {
    ...get,
    path: "/v1/workspaces/:workspace/feature-views/:name/deletions",
    access: "reader",
    summary: "The deletions of keys of a feature view with their jobs, the newest first",
    query: listDeletionsQuerySchema,
    response: deletionsResponseSchema,
  },
  verifyKeys: {
    ...post,
    path: "/v1/workspaces/:workspace/feature-views/:name/deletions/verification",
    access: "admin",
    summary: "Scans every file of a feature view for its deleted keys",
    body: null,
    status: 202,
    response: verifyingResponseSchema,
  },
  getVerification: {
    ...get,
    path: "/v1/workspaces/:workspace/key-verifications/:id",
    access: "reader",
    summary: "What a scan for deleted keys has found",
    query: retrievalQuerySchema,
    response: verifyingResponseSchema,
    errors: ["EXPIRED"],
  },
  explain: {
    ...post,
    path: "/v1/workspaces/:workspace/explanations",
    access: "reader",
    summary: "What a historical read with a spine would do, without doing it",
    body: explainRequestSchema,
    status: 202,
    response: explainingResponseSchema,
    errors: ["EXPIRED"],
  },
  getExplanation: {
    ...get,
    path: "/v1/workspaces/:workspace/explanations/:id",
    access: "reader",
    summary: "An explanation of a historical read",
    query: retrievalQuerySchema,
    response: explainingResponseSchema,
    errors: ["EXPIRED"],
  },
  getOnlineFeatures: {
    ...post,
    server: "featureServer",
    path: "/v1/workspaces/:workspace/feature-views/:name/online-features",
    access: "reader",
    summary: "The features of one key now",
    body: onlineRequestSchema,
    response: onlineResponseSchema,
    errors: ["TOO_LARGE", "TIMEOUT"],
  },
  getOnlineVectors: {
    ...post,
    server: "featureServer",
    path: "/v1/workspaces/:workspace/feature-views/:name/online-vectors",
    access: "reader",
    summary: "The features of several keys now",
    body: onlineVectorsRequestSchema,
    response: onlineVectorsResponseSchema,
    errors: ["TOO_LARGE", "TIMEOUT"],
  },
  getServiceVectors: {
    ...post,
    server: "featureServer",
    path: "/v1/workspaces/:workspace/feature-services/:name/online-vectors",
    access: "reader",
    summary: "The features of a feature service for several keys now",
    body: onlineVectorsRequestSchema,
    response: onlineVectorsResponseSchema,
    errors: ["TOO_LARGE", "TIMEOUT"],
  },
  ...wireRoutes,
} as const satisfies Record<string, Route>;

/** The name of an operation. */
export type RouteName = keyof typeof routes;

type BodyOf<B> = B extends z.ZodType ? z.output<B> : null;

/** What a server reads from the body of a request; null where it is none or no JSON. */
export type RequestBodyOf<N extends RouteName> = BodyOf<(typeof routes)[N]["body"]>;

/** What a server reads from the query of a request. */
export type QueryOf<N extends RouteName> = BodyOf<(typeof routes)[N]["query"]>;

/** What a server answers; null where the answer is no JSON. */
export type ResponseOf<N extends RouteName> = (typeof routes)[N]["response"] extends RawBody
  ? null
  : BodyOf<(typeof routes)[N]["response"]>;
