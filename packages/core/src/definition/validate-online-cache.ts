import { DAY } from "../time/duration.ts";
import type { FeatureViewDefinition } from "./definition.ts";
import type { Problems } from "./problems.ts";

/** A serving cache is of a view that is served, and keeps what it has read for a day at most. */
export function validateOnlineCache(problems: Problems, path: string, view: FeatureViewDefinition): void {
  const { onlineCache, online } = view;
  if (onlineCache === undefined) return;
  const at = `${path}.onlineCache`;
  if (!online) problems.add(at, "the view is not served online", "Set online: true, or leave the cache out.");
  const maxAge = problems.positiveDuration(`${at}.maxAge`, onlineCache.maxAge);
  if (maxAge !== null && maxAge > DAY)
    problems.add(`${at}.maxAge`, `"${onlineCache.maxAge}" is longer than a day`, 'Write "1d" at most.');
}
