import { intersect, mergeRanges, subtractRanges, type TimeRange } from "../time/range.ts";

/** Ranges that concern the same stores. */
export interface StoreSet {
  readonly online: boolean;
  readonly offline: boolean;
  readonly ranges: readonly TimeRange[];
}

/** Ranges of each store, by the stores that one job can do them in: both at once, or one alone. */
export function byStores(ranges: Readonly<Record<"offline" | "online", readonly TimeRange[]>>): StoreSet[] {
  const { offline, online } = ranges;
  const both = offline.flatMap((one) => online.flatMap((other) => intersect(one, other) ?? []));
  const alone = (some: readonly TimeRange[]) => some.flatMap((range) => subtractRanges(range, both));
  return [
    { online: true, offline: true, ranges: mergeRanges(both) },
    { online: false, offline: true, ranges: mergeRanges(alone(offline)) },
    { online: true, offline: false, ranges: mergeRanges(alone(online)) },
  ];
}
