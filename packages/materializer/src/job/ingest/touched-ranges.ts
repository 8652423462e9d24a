import { mergeRanges, micros, type DurationMicros, type EpochMicros, type TimeRange } from "@tesela/core";

/** However scattered its rows are, a commit replaces no more ranges than this: reads name each of them. */
const MOST_RANGES = 32;

/** The ranges on a grid that hold the rows of an ingest, from the grid points before them, sorted. */
export function touchedRanges(starts: readonly EpochMicros[], grid: DurationMicros): readonly TimeRange[] {
  const ranges = mergeRanges(starts.map((start) => ({ start, end: micros(start + grid) })));
  return closeGaps(ranges, ranges.length - MOST_RANGES);
}

/** Makes one range of two at the narrowest gaps, so many times. */
function closeGaps(ranges: readonly TimeRange[], count: number): readonly TimeRange[] {
  if (count <= 0) return ranges;
  const gaps = ranges.slice(1).map(({ start }, index) => ({ start: ranges[index]!.end, end: start }));
  const narrowest = gaps.toSorted((a, b) => Number(a.end - a.start - (b.end - b.start))).slice(0, count);
  return mergeRanges([...ranges, ...narrowest]);
}
