import { parseWith, routes, type OnlineFeatures } from "@tesela/contract";
import { unreachable, type EpochMicros } from "@tesela/core";
import type { OnlineReader } from "../reader/online-reader.ts";
import type { Admitted } from "./admission.ts";
import { authorize } from "./authenticate.ts";
import type { RequestReads } from "./coalesced-reads.ts";
import { decodeSegment, type HotAnswer, type HotBody, type HotMatch } from "./hot-routes.ts";
import { decodeJoinKeys, type KeysRead } from "./join-keys.ts";
import { onlineVectors } from "./online-vectors.ts";
import type { RealtimeEngine } from "../realtime/realtime-engine.ts";
import type { PlanKeeper } from "./plan-keeper.ts";
import { withRealtime } from "./realtime-rows.ts";
import { decodeRequestContext, type RequestContext } from "./request-context.ts";
import { requestFieldsOf } from "./served-realtime.ts";
import { readRows, type KeyRow, type ServiceRow } from "./read-rows.ts";
import { requireServable, serveView, type ServedService } from "./served-service.ts";
import { serviceMetadata } from "./service-metadata.ts";
import { planNow, servedService, servedView, type ServingKey } from "./serving-plan.ts";
import type { ServingMetrics } from "./serving-metrics.ts";
import { getFeaturesAnswer, getFeaturesBatchAnswer } from "./wire-answer.ts";

/** What requests are answered from. */
export interface HotServices {
  readonly keeper: PlanKeeper;
  readonly reader: OnlineReader;
  readonly metrics: ServingMetrics;
  readonly realtime: RealtimeEngine;
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

/** Answers a request by its route. */
export function answerHot(services: HotServices, call: HotCall): Promise<HotAnswer> {
  const { route } = call.match;
  switch (route) {
    case "getFeatures":
      return getFeatures(services, call);
    case "getFeaturesBatch":
      return getFeaturesBatch(services, call);
    case "getServiceMetadata":
      return getServiceMetadata(services, call);
    case "getOnlineFeatures":
      return getOnlineFeatures(services, call);
    case "getOnlineVectors":
    case "getServiceVectors":
      return getVectors(services, call, route);
    default:
      return unreachable(route);
  }
}

async function getFeatures(services: HotServices, call: HotCall): Promise<HotAnswer> {
  const { params } = parseWith(routes.getFeatures.body, call.body, "request body");
  const service = await serviceOf(services, call, params);
  const rows = [decodeJoinKeys(service.joinKeys, params.joinKeyMap, wireKeys("params.joinKeyMap"))];
  const contexts = contextsOf(service, [params.requestContextMap], () => "params.requestContextMap");
  return getFeaturesAnswer(await readWire(services, call, params, { service, rows, contexts }));
}

async function getFeaturesBatch(services: HotServices, call: HotCall): Promise<HotAnswer> {
  const { params } = parseWith(routes.getFeaturesBatch.body, call.body, "request body");
  const service = await serviceOf(services, call, params);
  const rows = params.requestData.map(({ joinKeyMap }, index) =>
    decodeJoinKeys(service.joinKeys, joinKeyMap, wireKeys(`params.requestData[${index}].joinKeyMap`)),
  );
  const contexts = contextsOf(
    service,
    params.requestData.map(({ requestContextMap }) => requestContextMap),
    (index) => `params.requestData[${index}].requestContextMap`,
  );
  return getFeaturesBatchAnswer(await readWire(services, call, params, { service, rows, contexts }));
}

async function getServiceMetadata(services: HotServices, call: HotCall): Promise<HotAnswer> {
  const { params } = parseWith(routes.getServiceMetadata.body, call.body, "request body");
  return serviceMetadata(await serviceOf(services, call, params));
}

async function getOnlineFeatures(services: HotServices, call: HotCall): Promise<HotAnswer> {
  const { joinKeys } = parseWith(routes.getOnlineFeatures.body, call.body, "request body");
  const service = await viewOf(services, call);
  const rows = [decodeJoinKeys(service.joinKeys, joinKeys, ownKeys("joinKeys"))];
  const now = nowOf(services);
  const vectors = onlineVectors(service, await read(services, call, { service, rows, now }), now);
  return singleVector(service, vectors);
}

type Vectors = ReturnType<typeof onlineVectors>;

function singleVector({ name }: ServedService, { vectors, metadata }: Vectors): OnlineFeatures {
  return { features: vectors[0]!.features, metadata: { at: metadata.at, ...metadata.views[name]! } };
}

async function getVectors(
  services: HotServices,
  call: HotCall,
  route: "getOnlineVectors" | "getServiceVectors",
): Promise<HotAnswer> {
  const body = parseWith(routes[route].body, call.body, "request body");
  const service = await (route === "getOnlineVectors"
    ? viewOf(services, call)
    : namedServiceOf(services, call));
  const rows = body.rows.map(({ joinKeys }, index) =>
    decodeJoinKeys(service.joinKeys, joinKeys, ownKeys(`rows[${index}].joinKeys`)),
  );
  const contexts = contextsOf(
    service,
    body.rows.map(({ requestContext }) => requestContext),
    (index) => `rows[${index}].requestContext`,
  );
  const now = nowOf(services);
  const options = { allowPartial: body.allowPartialResults, budgetMs: body.latencyBudgetMs };
  return onlineVectors(
    service,
    await read(services, call, { service, rows, contexts, now, ...options }),
    now,
  );
}

/** The request data of each row, where the service has realtime views. */
function contextsOf(
  { realtime }: ServedService,
  wire: readonly Readonly<Record<string, unknown>>[],
  pathOf: (index: number) => string,
): readonly RequestContext[] {
  if (realtime.length === 0) return [];
  const fields = requestFieldsOf(realtime);
  return wire.map((context, index) => decodeRequestContext(fields, context, pathOf(index)));
}

type WireParams = HotBody<"getFeatures">["params"] | HotBody<"getFeaturesBatch">["params"];

async function readWire(
  services: HotServices,
  call: HotCall,
  { allowPartialResults, metadataOptions, requestOptions }: WireParams,
  { service, rows, contexts }: Pick<Asked, "service" | "rows" | "contexts">,
): Promise<Parameters<typeof getFeaturesAnswer>[0]> {
  const { latencyBudgetMs: budgetMs, coerceNullCountsToZero: zeroCounts } = requestOptions;
  const request = requestReads(call, budgetMs);
  const now = nowOf(services);
  const asked = { service, rows, contexts, now, allowPartial: allowPartialResults, request };
  const found = await read(services, call, asked);
  return { service, rows: found, options: metadataOptions, zeroCounts, request, startedAt: call.startedAt };
}

/** How long the store is waited for unless the request says otherwise. */
const BUDGET_MS = 2_000;

function requestReads({ startedAt }: HotCall, budgetMs: number | undefined): RequestReads {
  return { deadline: startedAt + (budgetMs ?? BUDGET_MS), storeMs: 0 };
}

interface Asked {
  readonly service: ServedService;
  readonly rows: readonly KeyRow[];
  /** Of each row; absent where no realtime view is read. */
  readonly contexts?: readonly RequestContext[] | undefined;
  readonly now: EpochMicros;
  readonly allowPartial?: boolean;
  readonly budgetMs?: number | undefined;
  readonly request?: RequestReads;
}

async function read(
  { reader, metrics, realtime: engine }: HotServices,
  call: HotCall,
  {
    service,
    rows,
    contexts = [],
    now,
    allowPartial = false,
    budgetMs,
    request = requestReads(call, budgetMs),
  }: Asked,
): Promise<readonly ServiceRow[]> {
  call.admitted.takeRows(rows.length);
  const startedAt = performance.now();
  try {
    const found = await readRows(service, rows, { reader, metrics, now, request, allowPartial });
    if (service.realtime.length === 0) return found;
    return await withRealtime(service, { rows: found, contexts, engine, now });
  } finally {
    const rest = performance.now() - startedAt - request.storeMs;
    metrics.phases(call.match.route, request.storeMs / 1_000, Math.max(0, rest) / 1_000);
  }
}

function nowOf({ keeper }: HotServices): EpochMicros {
  return planNow(keeper.current(), Date.now());
}

async function viewOf({ keeper }: HotServices, { match, key, label }: HotCall): Promise<ServedService> {
  const [workspace, name] = match.path.map(decodeSegment) as [string, string];
  authorize(key, workspace);
  const view = await keeper.find((plan) => servedView(plan, workspace, name));
  label.name = name;
  return serveView(view);
}

function namedServiceOf(services: HotServices, call: HotCall): Promise<ServedService> {
  const [workspaceName, featureServiceName] = call.match.path.map(decodeSegment) as [string, string];
  return serviceOf(services, call, { workspaceName, featureServiceName });
}

async function serviceOf(
  { keeper }: HotServices,
  { key, label }: HotCall,
  { workspaceName, featureServiceName }: Pick<WireParams, "workspaceName" | "featureServiceName">,
): Promise<ServedService> {
  authorize(key, workspaceName);
  const service = await keeper.find((plan) => servedService(plan, workspaceName, featureServiceName));
  label.name = service.name;
  requireServable(service);
  return service;
}

/** The published clients send null for a key that they do not have (TIME T6); our own never does. */
function wireKeys(path: string): KeysRead {
  return { path, nulls: "taken" };
}

function ownKeys(path: string): KeysRead {
  return { path, nulls: "refused" };
}
