import { randomUUID } from "node:crypto";
import { PROBLEM_TYPE, problemOf, routes } from "@tesela/contract";
import { createFeatureServer } from "@tesela/online-store";
import { TeselaError, toTeselaError } from "@tesela/core";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { FeatureServer, OnlineStore } from "@tesela/online-store";
import type { Registry } from "@tesela/registry";
import type { Logger } from "pino";
import type { ResponseOf } from "@tesela/contract";
import { loadServingPlan } from "./serving-plan.ts";
import { platformVersion } from "./version.ts";
import type { Lifetime } from "../lifetime/lifetime.ts";

/** What the feature server reads from. */
export interface FeatureServerParts {
  readonly registry: Registry;
  readonly onlineStore: OnlineStore;
}

/** Starts the feature server with a plan read from the registry. */
export function startFeatureServer(
  lifetime: Lifetime,
  { registry, onlineStore }: FeatureServerParts,
  logger: Logger,
): Promise<FeatureServer> {
  const server = createFeatureServer({
    store: onlineStore,
    loadPlan: () => loadServingPlan(registry),
    logger,
  });
  return lifetime.start(
    "feature server",
    async () => {
      await server.start();
      return server;
    },
    () => server.stop(),
  );
}

/** Serves online features and its own health, for a process that is a feature server and nothing else. */
export function featureServerListener(server: FeatureServer): RequestListener {
  return (request, response) => {
    if (!server.handle(request, response)) void answer(server, request, response);
  };
}

async function answer(
  server: FeatureServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? "").replace(/\?.*$/, "");
  try {
    if (request.method === "GET" && path === routes.health.path) return send(response, 200, health());
    if (request.method === "GET" && path === routes.readiness.path) {
      await server.check();
      return send(response, 200, readiness);
    }
    throw unknown(request);
  } catch (error) {
    const problem = problemOf(toTeselaError(error), randomUUID());
    send(response, problem.status, problem, PROBLEM_TYPE);
  }
}

const readiness: ResponseOf<"readiness"> = { status: "ready" };

function health(): ResponseOf<"health"> {
  return { status: "ok", version: platformVersion() };
}

/** Without a key not even that a path is unknown is told. */
function unknown(request: IncomingMessage): TeselaError {
  return request.headers.authorization === undefined
    ? new TeselaError("UNAUTHENTICATED", "The request carries no API key.", {
        fix: "Send the header `Authorization: Bearer <key>`.",
      })
    : new TeselaError("NOT_FOUND", "This process only serves online features.", {
        fix: "Send everything else to the control plane.",
      });
}

function send(response: ServerResponse, status: number, body: object, type = "application/json"): void {
  response.writeHead(status, { "content-type": type });
  response.end(JSON.stringify(body));
}
