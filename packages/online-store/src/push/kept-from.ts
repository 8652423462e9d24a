import { bound, duration, micros, type EpochMicros } from "@tesela/core";
import type { Marker } from "../store/port.ts";
import type { PushTarget } from "./key-rows.ts";

/** How far apart the clocks of workers and feature servers may be, and how old a plan's frozen clock. */
const CLOCK_SLACK = duration(60_000_000n);

/**
 * The oldest bound that must still find its rows in a view that follows the clock: reads by a clock that is not
 * quite up to date, or was frozen until now, still find them.
 */
export function oldestAsked({ view }: PushTarget, clock: EpochMicros, before: Marker | null): EpochMicros {
  const now = bound(view.time, micros(clock - CLOCK_SLACK));
  const earlier = before?.edge ?? null;
  return earlier !== null && earlier < now ? bound(view.time, micros(earlier)) : now;
}

/** What a generation says it is kept from, after a push that drops what lies before an instant. */
export function retainedAfter(before: Marker | null, keptFrom: EpochMicros): bigint {
  const retained = before?.retainedFrom ?? null;
  return retained !== null && retained > keptFrom ? retained : keptFrom;
}
