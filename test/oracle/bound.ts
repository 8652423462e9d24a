import type { RawOptions, RawView } from "./raw-view.ts";

/** The greatest multiple of a length since the epoch that is not after the instant (TIME T2). */
export function down(instant: bigint, grid: bigint): bigint {
  return instant - (((instant % grid) + grid) % grid);
}

/** `g` of TIME T3. */
export function grainOf({ kind, schedule, interval }: RawView): bigint {
  if (kind === "batch") return schedule;
  return kind === "stream" && interval !== null ? interval : 1n;
}

/** What was knowable at `at`: the events before it (TIME T3). */
export function boundAt(view: RawView, at: bigint, { embargo, isInclusive }: RawOptions): bigint {
  const grain = grainOf(view);
  const bound = down(at - delayOf(view, embargo), grain);
  return isInclusive && grain === 1n ? bound + 1n : bound;
}

/** The larger of data delay and embargo (TIME T3). */
export function delayOf({ dataDelay }: RawView, embargo: bigint): bigint {
  return embargo > dataDelay ? embargo : dataDelay;
}

/** The first bound that has values (TIME T5). */
export function firstBound(view: RawView): bigint {
  return down(view.start, grainOf(view));
}

/** Attribute rows before this are never visible (TIME T5, T13). */
export function firstRow(view: RawView): bigint {
  const grain = grainOf(view);
  return grain === 1n ? view.start : firstBound(view) - grain;
}

/** Where a lifetime window begins (TIME T4). */
export function lifetimeFrom(view: RawView): bigint {
  return view.lifetimeStart ?? (view.kind === "stream" ? firstBound(view) : firstRow(view));
}

/** From where the ttl of a row counts (TIME T7). */
export function ttlFrom(view: RawView, time: bigint): bigint {
  const grain = grainOf(view);
  return grain === 1n ? time : down(time, grain) + grain;
}
