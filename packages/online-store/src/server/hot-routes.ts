import { routes, type RequestBodyOf, type ResponseOf, type RouteName } from "@tesela/contract";
import { TeselaError } from "@tesela/core";

/** The operations that the feature server answers. */
export type HotRoute = {
  [N in RouteName]: (typeof routes)[N]["server"] extends "featureServer" ? N : never;
}[RouteName];

/** What a server answers to each of them. */
export type HotAnswer = ResponseOf<HotRoute>;

/** The body of one of them, once it is checked. */
export type HotBody<N extends HotRoute> = RequestBodyOf<N>;

/** An operation that a request asks for, and what stands in its path. */
export interface HotMatch {
  readonly route: HotRoute;
  /** Empty where the body says it. */
  readonly path: readonly string[];
}

const FIXED: ReadonlyMap<string, HotRoute> = new Map(
  (["getFeatures", "getFeaturesBatch", "getServiceMetadata", "queryFeatures"] as const).map((name) => [
    routes[name].path,
    name,
  ]),
);

const PATTERNS = (
  [
    "getOnlineFeatures",
    "getOnlineVectors",
    "getServiceVectors",
    "queryOnlineVectors",
    "queryServiceVectors",
  ] as const
).map((route) => [new RegExp(`^${routes[route].path.replaceAll(/:\w+/g, "([^/]+)")}$`), route] as const);

/** The operation of a request, before anything of it is read; `null`: it is none of the feature server's. */
export function hotMatch(method: string | undefined, url: string | undefined): HotMatch | null {
  if (method !== "POST" || url === undefined) return null;
  const end = url.indexOf("?");
  const path = end < 0 ? url : url.slice(0, end);
  const fixed = FIXED.get(path);
  if (fixed !== undefined) return { route: fixed, path: [] };
  for (const [pattern, route] of PATTERNS) {
    const match = pattern.exec(path);
    if (match !== null) return { route, path: match.slice(1) };
  }
  return null;
}

/** A part of a path as it was meant; throws `VALIDATION`. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new TeselaError("VALIDATION", `"${segment.slice(0, 100)}" is not a valid part of a path.`);
  }
}
