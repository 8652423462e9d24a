import { formatInstant, parseInstant } from "@tesela/core";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import { downloadFrame } from "./frame-download.ts";
import type { CallOptions, Http } from "./http.ts";
import { finishedRetrieval } from "./retrieval.ts";

/** Which served vectors are read: all unless told. */
export interface ServedOptions extends CallOptions {
  readonly startTime?: string | Date | undefined;
  /** Not part of the range. */
  readonly endTime?: string | Date | undefined;
}

/** The sample of what a service has served, with `_served_at`, its join keys and its features. */
export async function readServedOf(
  http: Http,
  {
    counts,
    ...path
  }: { readonly workspace: string; readonly name: string; readonly counts: ReadonlySet<string> },
  { startTime, endTime, signal }: ServedOptions,
): Promise<FeatureFrame> {
  const body = {
    ...(startTime === undefined ? {} : { startTime: formatInstant(parseInstant(startTime)) }),
    ...(endTime === undefined ? {} : { endTime: formatInstant(parseInstant(endTime)) }),
  };
  const { workspace } = path;
  const { retrieval } = await http.call("readServedFeatures", path, { body, signal });
  const { id } = await finishedRetrieval(http, workspace, retrieval, { signal });
  return downloadFrame(http, workspace, id, { counts, statistics: {} }, { signal });
}
