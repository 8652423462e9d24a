import type { EpochMicros } from "@tesela/core";
import type { OnlineReader } from "../reader/online-reader.ts";
import type { RealtimeEngine } from "../realtime/realtime-engine.ts";
import type { OnlineStore } from "../store/port.ts";
import type { CacheUse } from "../cache/cached-reads.ts";
import type { Admitted } from "./admission.ts";
import { authorize } from "./authenticate.ts";
import type { RequestReads } from "./coalesced-reads.ts";
import type { ServedVectors } from "../served-log/served-log.ts";
import { decodeSegment, type HotBody, type HotMatch } from "./hot-routes.ts";
import type { PlanKeeper } from "./plan-keeper.ts";
import { decodeRequestContext, type RequestContext } from "./request-context.ts";
import { requestFieldsOf } from "./served-realtime.ts";
import { requireServable, serveView, type ServedService } from "./served-service.ts";
import type { ServingMetrics } from "./serving-metrics.ts";
import { planNow, servedAlone, servedService, servedView, type ServingKey } from "./serving-plan.ts";

/** What requests are answered from. */
export interface HotServices {
  readonly keeper: PlanKeeper;
  readonly store: OnlineStore;
  readonly reader: OnlineReader;
  /** For queries: a row must not be older than the list that it is on. */
  readonly uncached: OnlineReader;
  readonly metrics: ServingMetrics;
  readonly realtime: RealtimeEngine;
  readonly servedLog: ServedVectors;
}

/** A request that was let in. */
export interface HotCall {
  readonly match: HotMatch;
  readonly body: unknown;
  readonly key: ServingKey;
  readonly admitted: Admitted;
  /** By `performance.now()`. */
  readonly startedAt: number;
  /** What was read, for the metrics: set once it is known to be there. */
  readonly label: { name: string };
}

/** The platform clock. */
export function nowOf({ keeper }: HotServices): EpochMicros {
  return planNow(keeper.current(), Date.now());
}

/** The view that a path names, as a service of one; throws `FORBIDDEN` and `NOT_FOUND`. */
export async function viewOf(
  { keeper }: HotServices,
  { match, key, label }: HotCall,
): Promise<ServedService> {
  const [workspace, name] = match.path.map(decodeSegment) as [string, string];
  authorize(key, workspace);
  const view = await keeper.find((plan) => servedView(plan, workspace, name));
  label.name = name;
  return serveView(view);
}

/** The service that a path names. */
export function namedServiceOf(services: HotServices, call: HotCall): Promise<ServedService> {
  const [workspaceName, featureServiceName] = call.match.path.map(decodeSegment) as [string, string];
  return serviceOf(services, call, { workspaceName, featureServiceName });
}

/** What a request reads: of the two names its schema has let one through. */
type Target = HotBody<"getServiceMetadata">["params"];

/**
 * The service of a name, or of a view's name that view alone; throws `FORBIDDEN`, `NOT_FOUND`, and `VALIDATION` where
 * it cannot be read.
 */
export async function serviceOf(
  { keeper }: HotServices,
  { key, label }: HotCall,
  { workspaceName, featureServiceName = "", featureViewName }: Target,
): Promise<ServedService> {
  authorize(key, workspaceName);
  const service = await keeper.find((plan) =>
    featureViewName === undefined
      ? servedService(plan, workspaceName, featureServiceName)
      : servedAlone(plan, workspaceName, featureViewName),
  );
  label.name = service.name;
  requireServable(service);
  return service;
}

/** The request data of each row, where the service has realtime views. */
export function contextsOf(
  { realtime }: ServedService,
  wire: readonly Readonly<Record<string, unknown>>[],
  pathOf: (index: number) => string,
): readonly RequestContext[] {
  if (realtime.length === 0) return [];
  const fields = requestFieldsOf(realtime);
  return wire.map((context, index) => decodeRequestContext(fields, context, pathOf(index)));
}

/** How long the store is waited for unless the request says otherwise. */
const BUDGET_MS = 2_000;

/** A request's reads, which end when its time is over. */
export function requestReads(
  { startedAt }: HotCall,
  budgetMs: number | undefined,
  cache?: CacheUse,
): RequestReads {
  const allowedMs = budgetMs ?? BUDGET_MS;
  const reads = { deadline: startedAt + allowedMs, budgetMs: allowedMs, storeMs: 0 };
  return cache === undefined ? reads : { ...reads, cache };
}
