import { errorOfProblem, MAX_WAIT_SECONDS, type HistoricalRequest, type Retrieval } from "@tesela/contract";
import { TeselaError, type JoinKey, type KeyType } from "@tesela/core";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine } from "../frame/spine.ts";
import { downloadFrame } from "./frame-download.ts";
import type { CallOptions, Http } from "./http.ts";
import { WAIT_RETRY } from "./retry.ts";
import { uploadSpine } from "./spine-upload.ts";

/** How to read the past. */
export interface HistoricalOptions extends CallOptions {
  /** The spine's column of instants; needed unless exactly one column has a timestamp type (TIME T10). */
  readonly timestampKey?: string | undefined;
  /** Whether to compute from the source; unless told, the offline store where the view has one (TIME T12). */
  readonly fromSource?: boolean | undefined;
  /** What instants that are not materialized become: an error unless told. */
  readonly onUnmaterialized?: "error" | "null" | undefined;
  /** Called with how far the read is, as often as the server tells. */
  readonly onProgress?: ((retrieval: Retrieval) => void) | undefined;
}

/** What a historical read needs to know of a view. */
export interface HistoricalView {
  readonly name: string;
  readonly joinKeys: readonly JoinKey[];
  readonly counts: ReadonlySet<string>;
}

/** Joins features of views to a spine: the spine goes up, the server joins, the frame comes down. */
export async function readHistorical(
  http: Http,
  workspace: string,
  spine: Spine,
  views: readonly HistoricalView[],
  options: HistoricalOptions,
): Promise<FeatureFrame> {
  const hints = { timestampKey: options.timestampKey ?? null, keyTypes: keyTypesOf(views) };
  const { signal } = options;
  const spineId = await uploadSpine(http, workspace, spine, hints, { signal });
  const body = requestBody(spineId, views, options);
  const { retrieval } = await http.call("retrieveHistorical", { workspace }, { body, signal });
  const { id } = await finished(http, workspace, retrieval, options);
  const counts = new Set(views.flatMap(({ name, counts }) => [...counts].map((count) => `${name}.${count}`)));
  return downloadFrame(http, workspace, id, counts, { signal });
}

function keyTypesOf(views: readonly HistoricalView[]): Readonly<Record<string, KeyType>> {
  return Object.fromEntries(views.flatMap(({ joinKeys }) => joinKeys.map(({ name, type }) => [name, type])));
}

function requestBody(
  spineId: string,
  views: readonly HistoricalView[],
  { timestampKey, fromSource, onUnmaterialized }: HistoricalOptions,
): HistoricalRequest {
  return {
    spineId,
    featureViews: views.map(({ name }) => name),
    ...(timestampKey === undefined ? {} : { timestampKey }),
    ...(fromSource === undefined ? {} : { fromSource }),
    ...(onUnmaterialized === undefined ? {} : { onUnmaterialized }),
  };
}

async function finished(
  http: Http,
  workspace: string,
  started: Retrieval,
  { signal, onProgress }: HistoricalOptions,
): Promise<Retrieval> {
  const wait = {
    query: { waitSeconds: MAX_WAIT_SECONDS },
    extraMs: MAX_WAIT_SECONDS * 1000,
    retry: WAIT_RETRY,
  };
  let retrieval = started;
  while (retrieval.state === "PENDING" || retrieval.state === "RUNNING") {
    const parameters = { workspace, id: retrieval.id };
    retrieval = (await http.call("getRetrieval", parameters, { ...wait, signal })).retrieval;
    onProgress?.(retrieval);
  }
  if (retrieval.state === "SUCCESS") return retrieval;
  if (retrieval.error !== null) throw errorOfProblem(retrieval.error);
  throw new TeselaError("INTERNAL", `Historical read "${retrieval.id}" failed without a reason.`);
}
