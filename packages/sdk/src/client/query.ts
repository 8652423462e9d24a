import { decodeKeyValue, type OnlineQueryRequest, type OnlineQueryVectors } from "@tesela/contract";
import type { JoinKey, KeyValue } from "@tesela/core";
import type { FeatureService } from "../declare/feature-service.ts";
import type { DeclaredView, JoinKeys } from "../declare/view.ts";
import { FeatureVector, vectorValues, type JoinKeyValues } from "./feature-vector.ts";
import type { Http } from "./http.ts";
import { checkJoinKeys, encodeJoinKeys } from "./join-keys.ts";
import { vectorMetadata, type OnlineTarget, type OnlineVectorsOptions } from "./online.ts";

/** All join keys of a view or a service but the wildcard. */
export type QueryKeys<View extends DeclaredView | FeatureService> = Partial<JoinKeys<View>>;

/** How to query: join keys are always in what comes back. */
export type QueryOptions = Omit<OnlineVectorsOptions<true>, "includeJoinKeysInResponse">;

/** What is queried: a view or a service of a workspace. */
export interface QueryTarget extends Omit<OnlineTarget, "route"> {
  readonly route: "queryOnlineVectors" | "queryServiceVectors";
}

/** The vectors of every value of a wildcard, by that value, each with all of its join keys. */
export async function queryVectors<View extends DeclaredView | FeatureService>(
  http: Http,
  { route, workspace, name, types }: QueryTarget,
  given: object,
  options: QueryOptions,
): Promise<FeatureVector<View, JoinKeyValues<View>>[]> {
  // The server knows which join key is the wildcard.
  const joinKeys = types.joinKeys.filter((key) => Object.hasOwn(given, key.name));
  const body = bodyOf(encodeJoinKeys(checkJoinKeys(given, joinKeys)), options);
  const answer = await http.call(route, { workspace, name }, { body, signal: options.signal });
  return answer.vectors.map((vector) => {
    const values = vectorValues(vector, types.features, keysOf(types.joinKeys, vector));
    return new FeatureVector(values, vectorMetadata(answer.metadata, vector.lacking));
  });
}

function bodyOf(
  joinKeys: OnlineQueryRequest["joinKeys"],
  { latencyBudgetMs, allowPartialResults, requestContext }: QueryOptions,
): OnlineQueryRequest {
  return {
    joinKeys,
    ...(requestContext === undefined ? {} : { requestContext }),
    ...(allowPartialResults === undefined ? {} : { allowPartialResults }),
    ...(latencyBudgetMs === undefined ? {} : { latencyBudgetMs }),
  };
}

function keysOf(
  joinKeys: readonly JoinKey[],
  vector: OnlineQueryVectors["vectors"][number],
): ReadonlyMap<JoinKey, KeyValue> {
  return new Map(
    joinKeys.map((key) => [
      key,
      decodeKeyValue(vector.joinKeys[key.name] ?? null, key.type, `join key "${key.name}"`),
    ]),
  );
}
