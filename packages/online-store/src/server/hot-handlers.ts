import { parseWith, routes, type OnlineFeatures } from "@tesela/contract";
import { unreachable, type EpochMicros } from "@tesela/core";
import type { RequestReads } from "./coalesced-reads.ts";
import {
  contextsOf,
  namedServiceOf,
  nowOf,
  requestReads,
  serviceOf,
  viewOf,
  type HotCall,
  type HotServices,
} from "./hot-call.ts";
import type { HotAnswer, HotBody } from "./hot-routes.ts";
import { decodeJoinKeys, ownKeys, wireKeys } from "./join-keys.ts";
import { onlineVectors } from "./online-vectors.ts";
import { queryFeatures, queryVectors } from "./query-features.ts";
import { readRows, type KeyRow, type ServiceRow } from "./read-rows.ts";
import { withRealtime } from "./realtime-rows.ts";
import type { RequestContext } from "./request-context.ts";
import type { ServedService } from "./served-service.ts";
import { serviceMetadata } from "./service-metadata.ts";
import { getFeaturesAnswer, getFeaturesBatchAnswer } from "./wire-answer.ts";

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
    case "queryFeatures":
      return queryFeatures(services, call);
    case "queryOnlineVectors":
    case "queryServiceVectors":
      return queryVectors(services, call, route);
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

type WireParams = HotBody<"getFeatures">["params"] | HotBody<"getFeaturesBatch">["params"];

async function readWire(
  services: HotServices,
  call: HotCall,
  { allowPartialResults, metadataOptions, requestOptions }: WireParams,
  { service, rows, contexts }: Pick<Asked, "service" | "rows" | "contexts">,
): Promise<Parameters<typeof getFeaturesAnswer>[0]> {
  const { latencyBudgetMs: budgetMs, coerceNullCountsToZero: zeroCounts } = requestOptions;
  const cache = { find: requestOptions.readFromCache, keep: requestOptions.writeToCache };
  const request = requestReads(call, budgetMs, cache);
  const now = nowOf(services);
  const asked = { service, rows, contexts, now, allowPartial: allowPartialResults, request };
  const found = await read(services, call, asked);
  return { service, rows: found, options: metadataOptions, zeroCounts, request, startedAt: call.startedAt };
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
  { reader, metrics, realtime: engine, servedLog }: HotServices,
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
    const isPlain = service.realtime.length === 0;
    const whole = isPlain ? found : await withRealtime(service, { rows: found, contexts, engine, now });
    servedLog.take(service, rows, whole, now);
    return whole;
  } finally {
    const rest = performance.now() - startedAt - request.storeMs;
    metrics.phases(call.match.route, request.storeMs / 1_000, Math.max(0, rest) / 1_000);
  }
}
