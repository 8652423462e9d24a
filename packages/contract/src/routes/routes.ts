import type { z } from "zod";
import { clockResponseSchema, setClockRequestSchema } from "../http/clock.ts";
import { healthResponseSchema, readinessResponseSchema } from "../http/health.ts";
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
import { get, post } from "./base-route.ts";
import { consistencyRoutes } from "./consistency-routes.ts";
import { deletionRoutes } from "./deletion-routes.ts";
import { historicalRoutes } from "./historical-routes.ts";
import { jobRoutes } from "./job-routes.ts";
import { onlineRoutes } from "./online-routes.ts";
import type { RawBody, Route } from "./route.ts";

/** Every operation of both servers: this folder alone spells paths. */
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
  ...jobRoutes,
  ...historicalRoutes,
  ...deletionRoutes,
  ...consistencyRoutes,
  ...onlineRoutes,
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
