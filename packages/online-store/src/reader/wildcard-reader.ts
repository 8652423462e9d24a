import { neededFrom, TeselaError, type EpochMicros, type KeyValue } from "@tesela/core";
import type { EntityKey, Marker, OnlineStore, ReadOptions } from "../store/port.ts";
import { layoutOf } from "../value/layout.ts";
import type { ServedView } from "./served-view.ts";
import { indexKey, valueOfMember, wildcardPlace } from "./serving-index.ts";
import { checkMarker, checkRetained } from "./view-answer.ts";
import { boundaryAt, edgeOf, followsClock } from "./view-read.ts";

/** What wildcards are read from. */
export type IndexStore = Pick<OnlineStore, "read" | "readMembers">;

/** The values of a wildcard that may have something to show, in no order. */
export interface WildcardValues {
  readonly values: readonly KeyValue[];
  /** What they are complete for (TIME T12): of a batch view an answer at a later edge may have more of them. */
  readonly edge: EpochMicros | null;
}

/** How many values are taken at most, and how long the store may take. */
export interface WildcardOptions extends ReadOptions {
  readonly limit: number;
}

/**
 * The values of a view's wildcard under the other join keys, which are in the view's order. Throws `TOO_LARGE` beyond
 * the limit, and `UNAVAILABLE` when the store has lost data.
 */
export async function readWildcard(
  store: IndexStore,
  served: ServedView,
  given: readonly KeyValue[],
  now: EpochMicros,
  { limit, ...options }: WildcardOptions,
): Promise<WildcardValues> {
  const { view, workspaceId, generation } = served;
  const key = indexKey(workspaceId, view, wildcardPlace(view)!, given);
  const marker = await markerOf(store, served, key, options);
  const edge = edgeOf(marker);
  const boundary = boundaryAt(view, now, edge);
  if (boundary === null) return { values: [], edge };
  checkRetained(view, boundary, marker);
  const since = neededFrom(view.time, boundary);
  const members = await store.readMembers({ generation, key, since, limit: limit + 1 }, options);
  // What the index has lost meanwhile shows here.
  await markerOf(store, served, key, options);
  if (members.length > limit) throw tooMany(served, limit);
  return { values: members.map(valueOfMember), edge };
}

/** Whether an answer at an edge may have values that a list of them lacks. */
export function isOutdated({ view }: ServedView, listed: WildcardValues, edge: EpochMicros | null): boolean {
  if (followsClock(view) || edge === null) return false;
  return listed.edge === null || edge > listed.edge;
}

async function markerOf(
  store: IndexStore,
  served: ServedView,
  key: EntityKey,
  options: ReadOptions,
): Promise<Marker | null> {
  const { view, generation } = served;
  const [found] = await store.read([{ generation, kind: layoutOf(view).kind, key, chunks: [] }], options);
  checkMarker(served, found!.marker);
  return found!.marker;
}

function tooMany({ view }: ServedView, limit: number): TeselaError {
  const found = `Feature view "${view.name}" has more than ${limit} values of "${view.wildcardKey!.name}"`;
  return new TeselaError("TOO_LARGE", `${found} under these join keys, which is more than a query answers.`, {
    fix: "Read the values that you need by all join keys, in batches.",
  });
}
