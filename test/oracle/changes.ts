import { delayOf, down, firstBound, grainOf, lifetimeFrom } from "./bound.ts";
import type { RawOptions, RawRow, RawView } from "./raw-view.ts";

/** More instants than those at which an answer about these events can change. */
export function changes(view: RawView, events: readonly RawRow[], options: RawOptions): bigint[] {
  const instants = (name: string | null): bigint[] =>
    name === null ? [] : events.map((event) => event[name] as bigint | null).filter((at) => at !== null);
  const times = instants(view.timestampField);
  const windows = view.features.flatMap((one) => {
    if (one.kind === "attribute") return [view.ttl ?? 0n];
    return one.window === "lifetime" ? [0n] : [-one.offset, one.window - one.offset];
  });
  const seen = times.flatMap((time) => [...new Set([0n, ...windows])].map((shift) => time + shift));
  const reaches = [options.maxLookback, options.maxStaleness].filter((reach) => reach !== null);
  const raw = [
    ...instants(view.createdTimestampField),
    ...times.flatMap((time) => reaches.map((x) => time + x)),
  ];
  const delay = delayOf(view, options.embargo);
  const grain = grainOf(view);
  const bounds = [...seen, firstBound(view), lifetimeFrom(view)].flatMap((at) => {
    const grid = down(at, grain);
    return [grid - grain, grid, grid + grain, grid + 2n * grain];
  });
  return [...bounds.map((bound) => bound + delay), ...raw, ...raw.map((at) => at + 1n)];
}
