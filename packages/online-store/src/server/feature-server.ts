import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { toTeselaError } from "@tesela/core";
import { CachedReads } from "../cache/cached-reads.ts";
import { cacheRulesOf } from "../cache/cache-rules.ts";
import { OnlineReader } from "../reader/online-reader.ts";
import { RealtimeEngine } from "../realtime/realtime-engine.ts";
import type { OnlineStore } from "../store/port.ts";
import { Admission, DEFAULT_ADMISSION, type AdmissionLimits, type Admitted } from "./admission.ts";
import { Authenticator, callerOf } from "./authenticate.ts";
import { CoalescedReads } from "./coalesced-reads.ts";
import { hotMatch, type HotMatch } from "./hot-routes.ts";
import type { HotServices } from "./hot-call.ts";
import { answerHot } from "./hot-handlers.ts";
import { DirectConnections } from "./http/direct-connections.ts";
import type { HotExchange } from "./http/exchange.ts";
import { parseJson } from "./http/json-body.ts";
import { NodeExchange } from "./http/node-exchange.ts";
import { sendAnswer, sendError } from "./http/respond.ts";
import { createPlanKeeper } from "./plan-keeper.ts";
import { NO_SERVED_LOG, ServedLog, type ServedBatch } from "../served-log/served-log.ts";
import type { ServingPlan } from "./serving-plan.ts";
import { NO_METRICS, type ServingMetrics } from "./serving-metrics.ts";

/** What the feature server writes to its log. */
export interface ServerLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What a feature server is made of. */
export interface FeatureServerOptions {
  readonly store: OnlineStore;
  /** Reads the plan anew; while it fails the last plan is kept. */
  readonly loadPlan: () => Promise<ServingPlan>;
  /** The plan to begin with when it cannot be read: that of an earlier run. */
  readonly earlierPlan?: () => Promise<ServingPlan | null>;
  readonly logger: ServerLog;
  /** How often the plan is read; 2,000 ms unless given. */
  readonly refreshMs?: number;
  readonly metrics?: ServingMetrics;
  /** Keeps sampled vectors of services that declare it; nothing is kept unless given. */
  readonly keepServed?: (batch: ServedBatch) => Promise<void>;
  readonly limits?: AdmissionLimits;
}

/** Serves online features; an HTTP server of the caller's hands it requests first. */
export interface FeatureServer {
  /** Answers the request if it is one of its routes; false leaves it untouched. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Reads plain requests of its routes from the connections of an HTTP server itself: much the faster way. */
  takeConnections(server: Server): DirectConnections;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Reads the plan now. */
  refresh(): Promise<void>;
  /** Throws `UNAUTHENTICATED` unless the request carries a key of the plan. */
  authenticate(request: IncomingMessage): void;
  /** Throws `UNAVAILABLE` unless a plan is loaded and the store answers. */
  check(): Promise<void>;
}

const REFRESH_MS = 2_000;

/** Makes a feature server; nothing runs before `start`. */
export function createFeatureServer(options: FeatureServerOptions): FeatureServer {
  const { store, logger, metrics = NO_METRICS } = options;
  const keeper = createPlanKeeper({
    load: options.loadPlan,
    earlier: options.earlierPlan ?? (async () => null),
    refreshMs: options.refreshMs ?? REFRESH_MS,
    logger,
  });
  const onRead = (view: string, end: "hit" | "miss") => metrics.cacheRead(view, end);
  const rules = () => cacheRulesOf(keeper.current());
  const reads = new CoalescedReads(store);
  const reader = new OnlineReader(new CachedReads(reads, { rules, onRead }));
  const uncached = new OnlineReader(reads);
  const servedLog = servedLogOf(options, metrics);
  const realtime = new RealtimeEngine();
  const services = {
    keeper,
    store,
    reader,
    uncached,
    metrics,
    realtime,
    servedLog: servedLog ?? NO_SERVED_LOG,
  };
  const admission = new Admission(options.limits ?? DEFAULT_ADMISSION);
  const authenticator = new Authenticator();
  const serving = { services, admission, authenticator, logger };
  return {
    handle(request, response) {
      const match = hotMatch(request.method, request.url);
      if (match === null) return false;
      void respond(serving, match, new NodeExchange(request, response));
      return true;
    },
    takeConnections: (server) =>
      new DirectConnections(server, ({ match }, exchange) => void respond(serving, match, exchange)),
    async start() {
      await keeper.start();
      servedLog?.start();
    },
    async stop() {
      await servedLog?.stop();
      await keeper.stop();
    },
    refresh: () => keeper.refresh(),
    authenticate: (request) => void authenticator.check(keeper.current(), callerOf(request), Date.now()),
    async check() {
      keeper.current();
      await store.ping();
    },
  };
}

function servedLogOf(
  { keepServed, logger }: FeatureServerOptions,
  metrics: ServingMetrics,
): ServedLog | null {
  if (keepServed === undefined) return null;
  const onRows: ServingMetrics["served"] = (...row) => metrics.served(...row);
  const onError = (cause: unknown): void => logger.warn({ cause }, "served vectors could not be kept");
  return new ServedLog({ write: keepServed, onRows, onError });
}

interface Serving {
  readonly services: HotServices;
  readonly admission: Admission;
  readonly authenticator: Authenticator;
  readonly logger: ServerLog;
}

/** Who may not call, and what is too much, is told before the body is read. */
async function respond(
  { services, admission, authenticator, logger }: Serving,
  match: HotMatch,
  exchange: HotExchange,
): Promise<void> {
  const startedAt = performance.now();
  const label = { name: "" };
  let admitted: Admitted | null = null;
  let status = 200;
  try {
    admitted = enter(admission, services.metrics, match.route);
    const key = authenticator.check(services.keeper.current(), exchange, Date.now());
    const body = parseJson(await exchange.body());
    sendAnswer(exchange, await answerHot(services, { match, body, key, admitted, startedAt, label }));
  } catch (thrown) {
    const error = toTeselaError(thrown);
    if (error.code === "INTERNAL") logger.error({ cause: error.cause }, "an online read failed");
    status = sendError(exchange, match.route, error);
  } finally {
    admitted?.leave();
    const seconds = (performance.now() - startedAt) / 1_000;
    services.metrics.request(match.route, label.name, status, seconds);
  }
}

function enter(admission: Admission, metrics: ServingMetrics, route: string): Admitted {
  try {
    return admission.enter();
  } catch (error) {
    metrics.overloaded(route);
    throw error;
  }
}
