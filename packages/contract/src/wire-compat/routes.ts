import type { Route } from "../routes/route.ts";
import {
  dataframeInfoRequestSchema,
  dataframeInfoResponseSchema,
  ingestDataframeRequestSchema,
} from "./dataframe.ts";
import {
  getFeaturesBatchRequestSchema,
  getFeaturesBatchResponseSchema,
  getFeaturesRequestSchema,
  getFeaturesResponseSchema,
  serviceMetadataRequestSchema,
  serviceMetadataResponseSchema,
} from "./feature-service.ts";
import {
  listWireJobsRequestSchema,
  readyTimeRequestSchema,
  readyTimeResponseSchema,
  submitWireJobRequestSchema,
  wireJobRequestSchema,
  wireJobResponseSchema,
  wireJobsResponseSchema,
} from "./jobs.ts";
import { queryFeaturesResponseSchema } from "./query-features.ts";

/** What every path of the compatible API begins with; its errors have a form of their own. */
export const WIRE_PREFIX = "/api/v1/";

const wire = {
  family: "wire",
  method: "post",
  access: "reader",
  query: null,
  status: 200,
  errors: [],
} as const;
const serving = { ...wire, server: "featureServer" } as const;
const jobs = { ...wire, server: "controlPlane" } as const;

/** The operations that Tecton's published clients call. */
export const wireRoutes = {
  getFeatures: {
    ...serving,
    path: "/api/v1/feature-service/get-features",
    summary: "The feature vector of one row of join keys",
    body: getFeaturesRequestSchema,
    response: getFeaturesResponseSchema,
    errors: ["TOO_LARGE", "TIMEOUT"],
  },
  getFeaturesBatch: {
    ...serving,
    path: "/api/v1/feature-service/get-features-batch",
    summary: "The feature vectors of several rows of join keys",
    body: getFeaturesBatchRequestSchema,
    response: getFeaturesBatchResponseSchema,
    errors: ["TOO_LARGE", "TIMEOUT"],
  },
  getServiceMetadata: {
    ...serving,
    path: "/api/v1/feature-service/metadata",
    summary: "What a feature service takes and gives",
    body: serviceMetadataRequestSchema,
    response: serviceMetadataResponseSchema,
    errors: ["TOO_LARGE"],
  },
  queryFeatures: {
    ...serving,
    path: "/api/v1/feature-service/query-features",
    summary: "The feature vectors of every value of a wildcard join key",
    body: getFeaturesRequestSchema,
    response: queryFeaturesResponseSchema,
    errors: ["TOO_LARGE", "TIMEOUT"],
  },
  submitWireJob: {
    ...jobs,
    access: "admin",
    path: "/api/v1/jobs/submit-materialization-job",
    summary: "Materialize a range of a feature view",
    body: submitWireJobRequestSchema,
    response: wireJobResponseSchema,
    errors: ["CONFLICT"],
  },
  getWireJob: {
    ...jobs,
    path: "/api/v1/jobs/get-materialization-job",
    summary: "A job",
    body: wireJobRequestSchema,
    response: wireJobResponseSchema,
  },
  cancelWireJob: {
    ...jobs,
    access: "admin",
    path: "/api/v1/jobs/cancel-materialization-job",
    summary: "Cancel a job; one that is final is left as it is",
    body: wireJobRequestSchema,
    response: wireJobResponseSchema,
  },
  listWireJobs: {
    ...jobs,
    path: "/api/v1/jobs/list-materialization-jobs",
    summary: "The jobs of a feature view, newest first",
    body: listWireJobsRequestSchema,
    response: wireJobsResponseSchema,
  },
  getLatestReadyTime: {
    ...jobs,
    path: "/api/v1/jobs/get-latest-ready-time",
    summary: "How far a feature view, or every view of a feature service, is materialized",
    body: readyTimeRequestSchema,
    response: readyTimeResponseSchema,
  },
  getDataframeInfo: {
    ...jobs,
    access: "admin",
    path: "/api/v1/jobs/get-dataframe-info",
    summary: "Where to send a Parquet file with rows of a feature table",
    body: dataframeInfoRequestSchema,
    response: dataframeInfoResponseSchema,
  },
  ingestDataframe: {
    ...jobs,
    access: "admin",
    path: "/api/v1/jobs/ingest-dataframe",
    summary: "Bring the rows that were sent into the feature table",
    body: ingestDataframeRequestSchema,
    response: wireJobResponseSchema,
    errors: ["CONFLICT", "EXPIRED"],
  },
} as const satisfies Record<string, Route>;
