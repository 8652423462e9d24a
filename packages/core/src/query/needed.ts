import { micros, type EpochMicros } from "../time/instant.ts";
import {
  answerableUntil,
  bound,
  firstAnswered,
  firstBoundOf,
  firstInstantOf,
  leastBoundWithout,
  neededFrom,
  startBound,
} from "../time/law.ts";
import { intersect, mergeRanges, type TimeRange } from "../time/range.ts";
import type { AskedView } from "./read-view.ts";

/** What a range read asks about: its start may be left open, its end may give way to what is materialized. */
export interface AskedRange {
  readonly start: EpochMicros | null;
  readonly end: EpochMicros;
}

/**
 * The instants of a range that have answers (TIME T5, T12): from the feature start on, and before the end of
 * what the last of `runs` answers; `runs` is `null` where nothing need be materialized.
 */
export function answeredInstants(
  { view: { time }, fences }: AskedView,
  range: AskedRange,
  runs: readonly TimeRange[] | null,
): TimeRange {
  const first = firstAnswered(time, fences);
  const start = range.start === null ? first : later(range.start, first);
  if (runs === null) return { start, end: later(start, range.end) };
  const ends = mergeRanges(runs).map((run) => answerableUntil(time, run.end, fences));
  const last = ends.findLast((end) => end > start) ?? start;
  return { start, end: later(start, last < range.end ? last : range.end) };
}

/** The history that answers at the instants of a range need (TIME T11, T12); `null` where none has values. */
export function neededByRange({ view: { time }, fences }: AskedView, range: TimeRange): TimeRange | null {
  if (range.start >= range.end) return null;
  const first = later(bound(time, range.start, fences), startBound(time));
  const last = bound(time, micros(range.end - 1n), fences);
  if (last < first) return null;
  const oldest = neededFrom(time, first);
  const { maxLookback } = fences;
  const start = maxLookback === null ? oldest : later(oldest, micros(range.start - maxLookback));
  return { start, end: later(start, last) };
}

/** The instants of a range whose answers need something of a gap in the history (TIME T12), which have no hole. */
export function instantsTouching(
  { view: { time }, fences }: AskedView,
  gap: TimeRange,
  range: TimeRange,
): TimeRange | null {
  const seen = later(firstBoundOf(time, gap.start), startBound(time));
  const past = leastBoundWithout(time, gap.end);
  const ends = [
    range.end,
    ...(past === null ? [] : [firstInstantOf(time, past, fences)]),
    ...(fences.maxLookback === null ? [] : [micros(gap.end + fences.maxLookback)]),
  ];
  const end = ends.reduce((a, b) => (a < b ? a : b));
  return intersect({ start: firstInstantOf(time, seen, fences), end }, range);
}

function later(a: EpochMicros, b: EpochMicros): EpochMicros {
  return a > b ? a : b;
}
