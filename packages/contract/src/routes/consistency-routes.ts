import { checkingResponseSchema, consistencyRequestSchema } from "../http/consistency.ts";
import { retrievalQuerySchema } from "../http/historical.ts";
import { get, post } from "./base-route.ts";
import type { Route } from "./route.ts";

/** The operations that compare the online store with history. */
export const consistencyRoutes = {
  checkConsistency: {
    ...post,
    path: "/v1/workspaces/:workspace/feature-views/:name/consistency-checks",
    access: "reader",
    summary:
      "Compare what the online store answers for sampled keys with the historical read at the same instant",
    body: consistencyRequestSchema,
    status: 202,
    response: checkingResponseSchema,
  },
  getConsistencyCheck: {
    ...get,
    path: "/v1/workspaces/:workspace/consistency-checks/:id",
    access: "reader",
    summary: "What a check of consistency has found",
    query: retrievalQuerySchema,
    response: checkingResponseSchema,
    errors: ["EXPIRED"],
  },
} as const satisfies Record<string, Route>;
