import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  encodeFeature,
  onlineRequestSchema,
  parseWith,
  PROBLEM_TYPE,
  problemOf,
  type OnlineFeatures,
} from "@tesela/contract";
import { formatInstant, TeselaError, toTeselaError, type EpochMicros } from "@tesela/core";
import { OnlineReader, type OnlineAnswer } from "../reader/online-reader.ts";
import type { ServedView } from "../reader/served-view.ts";
import type { OnlineStore } from "../store/port.ts";
import { authenticate, authorize } from "./authenticate.ts";
import { decodeJoinKeys } from "./join-keys.ts";
import { readJson } from "./json-body.ts";
import { createPlanKeeper, type PlanKeeper } from "./plan-keeper.ts";
import { planNow, servedView, type ServingPlan } from "./serving-plan.ts";

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
  readonly logger: ServerLog;
  /** How often the plan is read; 2,000 ms unless given. */
  readonly refreshMs?: number;
}

/** Serves online features; an HTTP server of the caller's hands it requests first. */
export interface FeatureServer {
  /** Answers the request if it is one of its routes; false leaves it untouched. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Reads the plan now. */
  refresh(): Promise<void>;
  /** Throws `UNAVAILABLE` unless a plan is loaded and the store answers. */
  check(): Promise<void>;
}

const ONLINE_FEATURES = /^\/v1\/workspaces\/([^/?]+)\/feature-views\/([^/?]+)\/online-features(?:\?.*)?$/;
const READ_TIMEOUT_MS = 2_000;
const REFRESH_MS = 2_000;

/** Makes a feature server; nothing runs before `start`. */
export function createFeatureServer(options: FeatureServerOptions): FeatureServer {
  const keeper = createPlanKeeper(options.loadPlan, options.refreshMs ?? REFRESH_MS, options.logger);
  const reader = new OnlineReader(options.store);
  return {
    handle(request, response) {
      const match = request.method === "POST" ? ONLINE_FEATURES.exec(request.url ?? "") : null;
      if (match === null) return false;
      void respond(options.logger, request, response, () =>
        onlineFeatures(keeper, reader, request, match[1]!, match[2]!),
      );
      return true;
    },
    start: () => keeper.start(),
    stop: () => keeper.stop(),
    refresh: () => keeper.refresh(),
    async check() {
      keeper.current();
      await options.store.ping();
    },
  };
}

async function onlineFeatures(
  keeper: PlanKeeper,
  reader: OnlineReader,
  request: IncomingMessage,
  ...path: readonly [workspace: string, name: string]
): Promise<OnlineFeatures> {
  const [workspace, name] = path.map(decodeSegment) as [string, string];
  authorize(authenticate(keeper.current(), request.headers.authorization), workspace);
  const { joinKeys } = parseWith(onlineRequestSchema, await readJson(request), "body");
  const served = await keeper.find((plan) => servedView(plan, workspace, name));
  const keys = decodeJoinKeys(served.view.joinKeys, joinKeys);
  const now = planNow(keeper.current(), Date.now());
  return printAnswer(served, now, await reader.read(served, keys, now, { timeoutMs: READ_TIMEOUT_MS }));
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new TeselaError("VALIDATION", `"${segment}" is not a valid part of a path.`);
  }
}

function printAnswer({ view }: ServedView, now: EpochMicros, answer: OnlineAnswer): OnlineFeatures {
  const print = (instant: EpochMicros | null): string | null =>
    instant === null ? null : formatInstant(instant);
  const features = view.shape.features.map(({ name, type }, index) => {
    return [name, encodeFeature(answer.values[index] ?? null, type)] as const;
  });
  return {
    features: Object.fromEntries(features),
    metadata: { at: formatInstant(now), edge: print(answer.edge), effectiveTime: print(answer.bound) },
  };
}

async function respond(
  logger: ServerLog,
  request: IncomingMessage,
  response: ServerResponse,
  work: () => Promise<object>,
): Promise<void> {
  const requestId = requestIdOf(request);
  response.setHeader("x-request-id", requestId);
  try {
    send(response, 200, "application/json", await work());
  } catch (thrown) {
    const error = toTeselaError(thrown);
    if (error.code === "INTERNAL") logger.error({ requestId, cause: error.cause }, "an online read failed");
    const problem = problemOf(error, requestId);
    if (problem.status === 401) response.setHeader("www-authenticate", "Bearer");
    send(response, problem.status, PROBLEM_TYPE, problem);
  }
}

function requestIdOf(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

function send(response: ServerResponse, status: number, type: string, body: object): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}
