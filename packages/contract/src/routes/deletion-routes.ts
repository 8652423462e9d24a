import {
  deletionRequestSchema,
  deletionResponseSchema,
  deletionsResponseSchema,
  listDeletionsQuerySchema,
  verifyingResponseSchema,
} from "../http/deletion.ts";
import { retrievalQuerySchema } from "../http/historical.ts";
import { get, post } from "./base-route.ts";
import type { Route } from "./route.ts";

/** The operations that delete keys and prove it. */
export const deletionRoutes = {
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
} as const satisfies Record<string, Route>;
