import type { OnlineVectors, OnlineVectorsRequest } from "@tesela/contract";
import type { EpochMicros, JoinKey, KeyValue } from "@tesela/core";
import { parseInstant, formatInstant } from "@tesela/core";
import type { DeclaredView } from "../declare/view.ts";
import type { FeatureService } from "../declare/feature-service.ts";
import { FeatureVector, vectorValues, type VectorMetadata } from "./feature-vector.ts";
import type { CallOptions, Http } from "./http.ts";
import { checkJoinKeys, encodeJoinKeys } from "./join-keys.ts";
import type { ViewTypes } from "./view-types.ts";

/** How to read features now. */
export interface OnlineOptions<Include extends boolean> extends CallOptions {
  /** Whether the vector holds the join keys too; false unless told. */
  readonly includeJoinKeysInResponse?: Include;
}

/** How to read several views, or for several keys, now. */
export interface OnlineVectorsOptions<Include extends boolean> extends OnlineOptions<Include> {
  /** Milliseconds that the server waits for its store; 2,000 unless told. */
  readonly latencyBudgetMs?: number | undefined;
  /** Whether features that cannot be had in time are null, and named in `metadata.lacking`, instead of an error. */
  readonly allowPartialResults?: boolean | undefined;
  /** What realtime feature views are computed from, for every row. */
  readonly requestContext?: Readonly<Record<string, unknown>> | undefined;
}

/** What is read: a view or a service of a workspace. */
export interface OnlineTarget {
  readonly route: "getOnlineVectors" | "getServiceVectors";
  readonly workspace: string;
  readonly name: string;
  readonly types: Pick<ViewTypes, "joinKeys" | "features">;
}

/** Rows of one request at most. */
const MOST_ROWS = 1_000;

/** The vectors of rows of join keys, in order; more than a request takes are several requests, one after another. */
export async function readVectors<View extends DeclaredView | FeatureService, Keys extends object>(
  http: Http,
  target: OnlineTarget,
  rows: readonly object[],
  options: OnlineVectorsOptions<boolean>,
): Promise<FeatureVector<View, Keys>[]> {
  const { joinKeys } = target.types;
  const keys = rows.map((row) => checkJoinKeys(row, joinKeys));
  const vectors: FeatureVector<View, Keys>[] = [];
  for (let from = 0; from < keys.length; from += MOST_ROWS) {
    vectors.push(...(await readSome<View, Keys>(http, target, keys.slice(from, from + MOST_ROWS), options)));
  }
  return vectors;
}

type Row = ReadonlyMap<JoinKey, KeyValue>;

async function readSome<View extends DeclaredView | FeatureService, Keys extends object>(
  http: Http,
  { route, workspace, name, types }: OnlineTarget,
  rows: readonly Row[],
  options: OnlineVectorsOptions<boolean>,
): Promise<FeatureVector<View, Keys>[]> {
  const { signal } = options;
  const answer = await http.call(route, { workspace, name }, { body: bodyOf(rows, options), signal });
  return rows.map((row, index) => {
    const vector = answer.vectors[index]!;
    const shown = options.includeJoinKeysInResponse === true ? row : new Map<never, never>();
    return new FeatureVector(
      vectorValues(vector, types.features, shown),
      vectorMetadata(answer.metadata, vector.lacking),
    );
  });
}

function bodyOf(rows: readonly Row[], options: OnlineVectorsOptions<boolean>): OnlineVectorsRequest {
  const { latencyBudgetMs, allowPartialResults, requestContext } = options;
  const context = requestContext === undefined ? {} : { requestContext };
  return {
    rows: rows.map((row) => ({ joinKeys: encodeJoinKeys(row), ...context })),
    ...(allowPartialResults === undefined ? {} : { allowPartialResults }),
    ...(latencyBudgetMs === undefined ? {} : { latencyBudgetMs }),
  };
}

/** A vector of several views is as old as the oldest of them. */
export function vectorMetadata(
  metadata: OnlineVectors["metadata"],
  lacking: OnlineVectors["vectors"][number]["lacking"],
): VectorMetadata {
  const views = Object.values(metadata.views);
  return {
    at: metadata.at,
    edge: oldest(views.map(({ edge }) => edge)),
    effectiveTime: oldest(views.map(({ effectiveTime }) => effectiveTime)),
    views: metadata.views,
    ...(lacking === undefined ? {} : { lacking }),
  };
}

function oldest(texts: readonly (string | null)[]): string | null {
  if (texts.length === 0) return null;
  let least: EpochMicros | null = null;
  for (const text of texts) {
    if (text === null) return null;
    const instant = parseInstant(text);
    if (least === null || instant < least) least = instant;
  }
  return least === null ? null : formatInstant(least);
}
