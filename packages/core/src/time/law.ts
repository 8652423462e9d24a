/**
 * The law of time (docs: TIME). Every path asks these functions: the offline SQL takes its constants from
 * here, the online reader, the ledger and the job rules call them.
 */
import type { DurationMicros } from "./duration.ts";
import { duration } from "./duration.ts";
import { ceil, floor } from "./floor.ts";
import { micros, type EpochMicros } from "./instant.ts";
import type { TimeRange } from "./range.ts";
import type { ViewTime, Window } from "./view-time.ts";

/** What a historical read does to the bound (TIME T3); an online read does nothing to it. */
export interface BoundOptions {
  readonly embargo: DurationMicros;
  /** Whether an event at the very instant asked about is visible; of no effect unless the grain is 1 µs. */
  readonly isInclusive: boolean;
}

/** The bound as the view itself has it. */
export const PLAIN_BOUND: BoundOptions = { embargo: duration(0n), isInclusive: false };

/** TIME T3: what was knowable at `at`; a row is visible exactly when its event time is before this. */
export function bound(view: ViewTime, at: EpochMicros, options: BoundOptions = PLAIN_BOUND): EpochMicros {
  return micros(floor(micros(at - delay(view, options.embargo)), view.grain) + inclusion(view, options));
}

/** TIME T3: what `join: "inclusive"` adds to the bound. */
export function inclusion(view: ViewTime, { isInclusive }: BoundOptions): DurationMicros {
  return duration(isInclusive && isInstantGrain(view) ? 1n : 0n);
}

/** TIME T3: embargo and data delay both say "as if the clock were that much slower"; the larger wins. */
export function delay(view: ViewTime, embargo: DurationMicros = PLAIN_BOUND.embargo): DurationMicros {
  return embargo > view.dataDelay ? embargo : view.dataDelay;
}

/** TIME T3: the first instant asked about whose bound reaches a boundary on the view's grain. */
export function firstInstantOf(
  view: ViewTime,
  boundary: EpochMicros,
  options: BoundOptions = PLAIN_BOUND,
): EpochMicros {
  return micros(boundary + delay(view, options.embargo) - inclusion(view, options));
}

/** TIME T3: the least bound that sees a row, on the view's grain. */
export function firstBoundOf(view: ViewTime, eventTime: EpochMicros): EpochMicros {
  return micros(floor(eventTime, view.grain) + view.grain);
}

/** Whether the view's grain is 1 µs, where nothing waits for an interval to end. */
export function isInstantGrain(view: ViewTime): boolean {
  return view.grain === 1n;
}

/** TIME T4: the instants that a window covers at a bound. */
export function windowRange(window: Window, boundary: EpochMicros): TimeRange {
  if (window.kind === "lifetime") return { start: window.start, end: boundary };
  const end = micros(boundary + window.offset);
  return { start: micros(end - window.size), end };
}

/** TIME T5: the first bound that has values; under it every feature is null, counts too. */
export function startBound(view: ViewTime): EpochMicros {
  return floor(view.featureStart, view.grain);
}

/** TIME T5: an attribute row before this instant is never visible, whichever path reads it. */
export function firstVisible(view: ViewTime): EpochMicros {
  return isInstantGrain(view) ? view.featureStart : micros(startBound(view) - view.grain);
}

/** TIME T7: from where its ttl counts: the end of the grain interval that holds the row, for 1 µs the row. */
export function ttlBase(view: ViewTime, eventTime: EpochMicros): EpochMicros {
  return isInstantGrain(view) ? eventTime : firstBoundOf(view, eventTime);
}

/** TIME T7: whether a row is gone at a bound; at exactly `b(e) + ttl` it is. */
export function isExpired(view: ViewTime, eventTime: EpochMicros, boundary: EpochMicros): boolean {
  return view.ttl !== null && boundary >= ttlBase(view, eventTime) + view.ttl;
}

/** TIME T13: where materialization can begin. */
export function materializableFrom(view: ViewTime): EpochMicros {
  return floor(neededFrom(view, startBound(view)), view.schedule);
}

/**
 * The earliest instant that the answer at a bound needs, on the view's grain: the start of the oldest
 * window (TIME T4), or of the oldest attribute row that a ttl (TIME T7) and the view's start (TIME T5) leave.
 */
export function neededFrom(view: ViewTime, boundary: EpochMicros): EpochMicros {
  const starts = view.windows.map((window) => windowRange(window, boundary).start);
  const oldest = starts.length > 0 ? starts.reduce(earlier) : oldestAttribute(view, boundary);
  return floor(oldest, view.grain);
}

function oldestAttribute(view: ViewTime, boundary: EpochMicros): EpochMicros {
  const first = firstVisible(view);
  if (view.ttl === null) return first;
  const alive = floor(micros(boundary - view.ttl), view.grain);
  return alive > first ? alive : first;
}

/** TIME T13: the instant from which the job of a range that ends at `end` may run. */
export function dueAt(view: ViewTime, end: EpochMicros): EpochMicros {
  return micros(end + view.dataDelay);
}

/** TIME T13: the end of what can be materialized at `now`. */
export function materializableUntil(view: ViewTime, now: EpochMicros): EpochMicros {
  return floor(micros(now - view.dataDelay), view.schedule);
}

/**
 * TIME T12: the end of the first contiguous run of materialized ranges that holds all that the answer at
 * its end needs; `null` while there is none. A later run does not count before the gap is filled.
 */
export function edge(view: ViewTime, runs: readonly TimeRange[]): EpochMicros | null {
  const start = startBound(view);
  const complete = runs.find((run) => run.end >= start && run.start <= neededFrom(view, run.end));
  return complete?.end ?? null;
}

/** TIME T12: the bound that an online read at `now` answers at; `null` before the first job. */
export function servedBound(
  view: ViewTime,
  now: EpochMicros,
  edgeAt: EpochMicros | null,
): EpochMicros | null {
  if (edgeAt === null) return null;
  const knowable = bound(view, now);
  const materialized = floor(edgeAt, view.grain);
  return knowable < materialized ? knowable : materialized;
}

/** TIME T12: the greatest instant up to `now` whose historical answer an online read at `now` gives. */
export function answeredAt(view: ViewTime, now: EpochMicros, edgeAt: EpochMicros): EpochMicros {
  return earlier(now, micros(answerableUntil(view, edgeAt) - 1n));
}

/** TIME T5: the first instant asked about that has an answer. */
export function firstAnswered(view: ViewTime, options: BoundOptions = PLAIN_BOUND): EpochMicros {
  return firstInstantOf(view, startBound(view), options);
}

/** TIME T12: the first instant asked about whose bound lies past the end of what is materialized. */
export function answerableUntil(
  view: ViewTime,
  edgeAt: EpochMicros,
  options: BoundOptions = PLAIN_BOUND,
): EpochMicros {
  return firstInstantOf(view, firstBoundOf(view, edgeAt), options);
}

/**
 * The least bound from which on no answer needs anything before an instant, the inverse of `neededFrom`;
 * `null` where every answer does.
 */
export function leastBoundWithout(view: ViewTime, instant: EpochMicros): EpochMicros | null {
  const least = startBound(view);
  if (neededFrom(view, least) >= instant) return least;
  const reaches = view.windows.length === 0 ? [view.ttl] : view.windows.map(reach(view, instant));
  const longest = reaches.reduce((a, b) => (a === null || b === null ? null : a > b ? a : b));
  return longest === null ? null : ceil(micros(ceil(instant, view.grain) + longest), view.grain);
}

/** How far before its bound a window begins; `null` for one that begins before an instant whatever the bound. */
function reach(view: ViewTime, instant: EpochMicros): (window: Window) => DurationMicros | null {
  return (window) => {
    if (window.kind === "sliding") return duration(window.size - window.offset);
    return floor(window.start, view.grain) >= instant ? duration(0n) : null;
  };
}

function earlier(a: EpochMicros, b: EpochMicros): EpochMicros {
  return a < b ? a : b;
}
