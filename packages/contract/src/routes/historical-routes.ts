import { explainingResponseSchema, explainRequestSchema } from "../http/explain.ts";
import {
  historicalRequestSchema,
  retrievalQuerySchema,
  retrievalResponseSchema,
  signedQuerySchema,
  spineResponseSchema,
} from "../http/historical.ts";
import { servedRequestSchema } from "../http/served.ts";
import { runRequestSchema } from "../http/run.ts";
import { get, post } from "./base-route.ts";
import { PARQUET_TYPE, TABLE_TYPES, type Route } from "./route.ts";

/** The operations that read history, run views and explain reads. */
export const historicalRoutes = {
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
  uploadSigned: {
    server: "controlPlane",
    method: "put",
    path: "/v1/workspaces/:workspace/spines/:id",
    access: "public",
    summary: "Upload the Parquet file that a signed URL was made for",
    query: signedQuerySchema,
    body: { contentType: PARQUET_TYPE },
    status: 200,
    response: spineResponseSchema,
    errors: ["FORBIDDEN", "NOT_FOUND", "EXPIRED", "CONFLICT", "TOO_LARGE", "RATE_LIMITED"],
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
  readServedFeatures: {
    ...post,
    path: "/v1/workspaces/:workspace/feature-services/:name/served-features",
    access: "reader",
    summary: "The sample of what a feature service has served; its result is that of a historical read",
    body: servedRequestSchema,
    status: 202,
    response: retrievalResponseSchema,
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
} as const satisfies Record<string, Route>;
