import {
  onlineQueryRequestSchema,
  onlineQueryResponseSchema,
  onlineRequestSchema,
  onlineResponseSchema,
  onlineVectorsRequestSchema,
  onlineVectorsResponseSchema,
} from "../http/online.ts";
import { post } from "./base-route.ts";
import type { Route } from "./route.ts";

/** The operations of the feature server but for those of the compatible API. */
export const onlineRoutes = {
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
  queryOnlineVectors: {
    ...post,
    server: "featureServer",
    path: "/v1/workspaces/:workspace/feature-views/:name/query-vectors",
    access: "reader",
    summary: "The features of every value of a feature view's wildcard join key now",
    body: onlineQueryRequestSchema,
    response: onlineQueryResponseSchema,
    errors: ["TOO_LARGE", "TIMEOUT"],
  },
  queryServiceVectors: {
    ...post,
    server: "featureServer",
    path: "/v1/workspaces/:workspace/feature-services/:name/query-vectors",
    access: "reader",
    summary: "The features of a feature service for every value of its wildcard join key now",
    body: onlineQueryRequestSchema,
    response: onlineQueryResponseSchema,
    errors: ["TOO_LARGE", "TIMEOUT"],
  },
} as const satisfies Record<string, Route>;
