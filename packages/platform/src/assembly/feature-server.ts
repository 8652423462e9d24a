import { randomUUID } from "node:crypto";
import { PROBLEM_TYPE, problemOf, routes, WIRE_PREFIX, wireErrorOf } from "@tesela/contract";
import { createServingMetrics, type ServingMetricsRegister, type ServingPart } from "@tesela/control-plane";
import { createFeatureServer } from "@tesela/online-store";
import { TeselaError, toTeselaError } from "@tesela/core";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { FeatureServer, OnlineStore, ServingPlan } from "@tesela/online-store";
import type { Registry } from "@tesela/registry";
import type { Logger } from "pino";
import type { ResponseOf } from "@tesela/contract";
import { createSnapshotReader } from "./plan-snapshot.ts";
import { createPlanCompiler } from "./serving-plan.ts";
import { platformVersion } from "./version.ts";
import type { Lifetime } from "../lifetime/lifetime.ts";
import { keepServed } from "./keep-served.ts";
import type { PlanFile } from "./plan-file.ts";

/** What the feature server reads from. */
export interface FeatureServerParts {
  /** Called for every plan: it may not be there yet, or for a while. */
  readonly registry: () => Promise<Registry>;
  readonly onlineStore: OnlineStore;
  /** Where the last plan is kept for a start without the registry; `null`: nowhere. */
  readonly planFile: PlanFile | null;
  readonly metrics: ServingMetricsRegister;
}

/** Starts the feature server with a plan read from the registry, or else with that of an earlier run. */
export function startFeatureServer(
  lifetime: Lifetime,
  parts: FeatureServerParts,
  logger: Logger,
): Promise<FeatureServer> {
  const server = createFeatureServer({
    store: parts.onlineStore,
    ...planOf(parts, logger),
    logger,
    metrics: parts.metrics.metrics,
    keepServed: async (batch) => keepServed(await parts.registry(), batch),
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

/** Starts a feature server beside a control plane, which tells of its readiness and metrics. */
export async function startSharedFeatureServer(
  lifetime: Lifetime,
  { registry, onlineStore }: { readonly registry: Registry; readonly onlineStore: OnlineStore },
  logger: Logger,
): Promise<{ readonly featureServer: FeatureServer; readonly serving: ServingPart }> {
  const metrics = createServingMetrics({ withProcess: false });
  const parts = { registry: async () => registry, onlineStore, planFile: null, metrics };
  const featureServer = await startFeatureServer(lifetime, parts, logger);
  const serving = { check: () => featureServer.check(), printMetrics: () => metrics.print() };
  return { featureServer, serving };
}

interface Plans {
  readonly loadPlan: () => Promise<ServingPlan>;
  readonly earlierPlan: () => Promise<ServingPlan | null>;
}

function planOf({ registry, planFile }: FeatureServerParts, logger: Logger): Plans {
  const readSnapshot = createSnapshotReader();
  const compile = createPlanCompiler();
  return {
    async loadPlan() {
      const snapshot = await readSnapshot(await registry());
      const plan = compile(snapshot);
      await planFile
        ?.keep(snapshot)
        .catch((cause: unknown) => logger.warn({ cause }, "the serving plan could not be kept in its file"));
      return plan;
    },
    async earlierPlan() {
      const snapshot = (await planFile?.read()) ?? null;
      return snapshot === null ? null : compile(snapshot);
    },
  };
}

/** Lets the feature server answer what is its own, and another the rest. */
export function answerFirst(server: FeatureServer, rest: RequestListener): RequestListener {
  return (request, response) => void (server.handle(request, response) || rest(request, response));
}

/** Serves online features, its own health and its metrics, for a process that is a feature server and nothing else. */
export function featureServerListener(
  server: FeatureServer,
  metrics: ServingMetricsRegister,
): RequestListener {
  return answerFirst(server, (request, response) => void answer(server, metrics, request, response));
}

async function answer(
  server: FeatureServer,
  metrics: ServingMetricsRegister,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? "").replace(/\?.*$/, "");
  try {
    if (request.method === "GET" && path === routes.health.path) return sendJson(response, 200, health());
    if (request.method === "GET" && path === routes.readiness.path) {
      await server.check();
      return sendJson(response, 200, readiness);
    }
    server.authenticate(request);
    if (request.method === "GET" && path === routes.metrics.path) {
      return send(response, 200, await metrics.print(), metrics.contentType);
    }
    throw new TeselaError("NOT_FOUND", "This process only serves online features.", {
      fix: "Send everything else to the control plane.",
    });
  } catch (error) {
    sendError(response, path, error);
  }
}

function sendError(response: ServerResponse, path: string, thrown: unknown): void {
  const error = toTeselaError(thrown);
  if (path.startsWith(WIRE_PREFIX)) {
    const { status, body } = wireErrorOf(error);
    return sendJson(response, status, body);
  }
  const problem = problemOf(error, randomUUID());
  sendJson(response, problem.status, problem, PROBLEM_TYPE);
}

const readiness: ResponseOf<"readiness"> = { status: "ready" };

function health(): ResponseOf<"health"> {
  return { status: "ok", version: platformVersion() };
}

/** The metrics of a process that only serves: those of Node besides. */
export function servingProcessMetrics(): ServingMetricsRegister {
  return createServingMetrics({ withProcess: true });
}

function sendJson(response: ServerResponse, status: number, body: object, type = "application/json"): void {
  send(response, status, JSON.stringify(body), type);
}

function send(response: ServerResponse, status: number, text: string, type: string): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}
