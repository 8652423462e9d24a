import { encodeValue, parseWith, routes, type RequestBodyOf, type WireValue } from "@tesela/contract";
import type { EpochMicros } from "@tesela/core";
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
import type { HotAnswer } from "./hot-routes.ts";
import { decodeJoinKeys, ownKeys, wireKeys } from "./join-keys.ts";
import { onlineVectors } from "./online-vectors.ts";
import { queryRows, wildcardOf, type QueryRows, type Wildcard } from "./query-rows.ts";
import type { KeyRow } from "./read-rows.ts";
import { withRealtime } from "./realtime-rows.ts";
import type { RequestContext } from "./request-context.ts";
import type { ServedService } from "./served-service.ts";
import { queryFeaturesAnswer } from "./wire-query.ts";

/** Answers a published client's query by all join keys but the wildcard. */
export async function queryFeatures(services: HotServices, call: HotCall): Promise<HotAnswer> {
  const { params } = parseWith(routes.queryFeatures.body, call.body, "request body");
  const { metadataOptions: options, requestOptions, allowPartialResults: allowPartial } = params;
  const service = await serviceOf(services, call, params);
  const wildcard = wildcardOf(service);
  const given = decodeJoinKeys(
    keysBeside(service, wildcard),
    params.joinKeyMap,
    wireKeys("params.joinKeyMap"),
  );
  const [context] = contextsOf(service, [params.requestContextMap], () => "params.requestContextMap");
  const request = requestReads(call, requestOptions.latencyBudgetMs);
  const now = nowOf(services);
  const asked = { service, wildcard, given, context, request, now, allowPartial };
  const { keys, rows } = await query(services, call, asked);
  const zeroCounts = requestOptions.coerceNullCountsToZero;
  const read = { service, rows, options, zeroCounts, request, startedAt: call.startedAt };
  return queryFeaturesAnswer(wildcard, keys, read);
}

type QueryRoute = "queryOnlineVectors" | "queryServiceVectors";

/** Answers our own clients' query of a view or a service. */
export async function queryVectors(
  services: HotServices,
  call: HotCall,
  route: QueryRoute,
): Promise<HotAnswer> {
  const body: RequestBodyOf<QueryRoute> = parseWith(routes[route].body, call.body, "request body");
  const service = await (route === "queryOnlineVectors"
    ? viewOf(services, call)
    : namedServiceOf(services, call));
  const wildcard = wildcardOf(service);
  const given = decodeJoinKeys(keysBeside(service, wildcard), body.joinKeys, ownKeys("joinKeys"));
  const [context] = contextsOf(service, [body.requestContext], () => "requestContext");
  const request = requestReads(call, body.latencyBudgetMs);
  const now = nowOf(services);
  const asked = { service, wildcard, given, context, request, now, allowPartial: body.allowPartialResults };
  const { keys, rows } = await query(services, call, asked);
  const { vectors, metadata } = onlineVectors(service, rows, now);
  return {
    vectors: vectors.map((vector, index) => ({ joinKeys: joinKeysOf(service, keys[index]!), ...vector })),
    metadata,
  };
}

function keysBeside({ joinKeys }: ServedService, { place }: Wildcard): ServedService["joinKeys"] {
  return joinKeys.toSpliced(place, 1);
}

function joinKeysOf({ joinKeys }: ServedService, keys: KeyRow): Record<string, WireValue> {
  return Object.fromEntries(
    joinKeys.map(({ name, type }, index) => [name, encodeValue(keys[index] ?? null, type)]),
  );
}

interface Asked {
  readonly service: ServedService;
  readonly wildcard: Wildcard;
  readonly given: KeyRow;
  /** The same for every row; absent where no realtime view is read. */
  readonly context: RequestContext | undefined;
  readonly request: RequestReads;
  readonly now: EpochMicros;
  readonly allowPartial: boolean;
}

async function query(
  { store, uncached: reader, metrics, realtime: engine }: HotServices,
  { admitted, match }: HotCall,
  { service, wildcard, given, context, request, now, allowPartial }: Asked,
): Promise<QueryRows> {
  const startedAt = performance.now();
  const read = { store, admitted, reader, metrics, now, request, allowPartial };
  try {
    const { keys, rows } = await queryRows(service, wildcard, given, read);
    if (context === undefined) return { keys, rows };
    const contexts = rows.map(() => context);
    return { keys, rows: await withRealtime(service, { rows, contexts, engine, now }) };
  } finally {
    const rest = performance.now() - startedAt - request.storeMs;
    metrics.phases(match.route, request.storeMs / 1_000, Math.max(0, rest) / 1_000);
  }
}
