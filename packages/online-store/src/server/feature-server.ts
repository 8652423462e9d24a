import type { IncomingMessage, ServerResponse } from "node:http";
import { toTeselaError } from "@tesela/core";
import { OnlineReader } from "../reader/online-reader.ts";
import { RealtimeEngine } from "../realtime/realtime-engine.ts";
import type { OnlineStore } from "../store/port.ts";
import { Admission, DEFAULT_ADMISSION, type AdmissionLimits, type Admitted } from "./admission.ts";
import { authenticate } from "./authenticate.ts";
import { CoalescedReads } from "./coalesced-reads.ts";
import { hotMatch, type HotMatch } from "./hot-routes.ts";
import { answerHot, type HotServices } from "./hot-handlers.ts";
import { readJson } from "./json-body.ts";
import { createPlanKeeper } from "./plan-keeper.ts";
import { requestIdOf, sendAnswer, sendError } from "./respond.ts";
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
  readonly limits?: AdmissionLimits;
}

/** Serves online features; an HTTP server of the caller's hands it requests first. */
export interface FeatureServer {
  /** Answers the request if it is one of its routes; false leaves it untouched. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
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
  const reader = new OnlineReader(new CoalescedReads(store));
  const services = { keeper, reader, metrics, realtime: new RealtimeEngine() };
  const admission = new Admission(options.limits ?? DEFAULT_ADMISSION);
  return {
    handle(request, response) {
      const match = hotMatch(request.method, request.url);
      if (match === null) return false;
      void respond({ services, admission, logger }, match, request, response);
      return true;
    },
    start: () => keeper.start(),
    stop: () => keeper.stop(),
    refresh: () => keeper.refresh(),
    authenticate: (request) => void authenticate(keeper.current(), request.headers.authorization),
    async check() {
      keeper.current();
      await store.ping();
    },
  };
}

interface Serving {
  readonly services: HotServices;
  readonly admission: Admission;
  readonly logger: ServerLog;
}

/** Who may not call, and what is too much, is told before the body is read. */
async function respond(
  { services, admission, logger }: Serving,
  match: HotMatch,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = performance.now();
  const label = { name: "" };
  let admitted: Admitted | null = null;
  let status = 200;
  try {
    admitted = enter(admission, services.metrics);
    const key = authenticate(services.keeper.current(), request.headers.authorization);
    const body = await readJson(request);
    const answer = await answerHot(services, { match, body, key, admitted, startedAt, label });
    sendAnswer(response, requestIdOf(request), answer);
  } catch (thrown) {
    const error = toTeselaError(thrown);
    if (error.code === "INTERNAL") logger.error({ cause: error.cause }, "an online read failed");
    status = sendError(request, response, match.route, error);
  } finally {
    admitted?.leave();
    const seconds = (performance.now() - startedAt) / 1_000;
    services.metrics.request(match.route, label.name, status, seconds);
  }
}

function enter(admission: Admission, metrics: ServingMetrics): Admitted {
  try {
    return admission.enter();
  } catch (error) {
    metrics.overloaded();
    throw error;
  }
}
