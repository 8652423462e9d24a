import { formatInstant, type EpochMicros } from "./instant.ts";

/** A half-open range `[start, end)` (TIME T2). */
export interface TimeRange {
  readonly start: EpochMicros;
  /** Not part of the range. */
  readonly end: EpochMicros;
}

/** Whether the two ranges share an instant. */
export function overlaps(a: TimeRange, b: TimeRange): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The part that both ranges hold, or `null`. */
export function intersect(a: TimeRange, b: TimeRange): TimeRange | null {
  const start = a.start > b.start ? a.start : b.start;
  const end = a.end < b.end ? a.end : b.end;
  return start < end ? { start, end } : null;
}

/** Sorted, disjoint ranges that cover the same instants; ranges that touch become one. */
export function mergeRanges(ranges: readonly TimeRange[]): TimeRange[] {
  const merged: TimeRange[] = [];
  for (const range of ranges.filter((r) => r.start < r.end).toSorted(byStart)) {
    const last = merged.at(-1);
    if (last === undefined || range.start > last.end) merged.push(range);
    else if (range.end > last.end) merged[merged.length - 1] = { start: last.start, end: range.end };
  }
  return merged;
}

/** What of `range` none of `holes` covers, sorted. */
export function subtractRanges(range: TimeRange, holes: readonly TimeRange[]): TimeRange[] {
  const left: TimeRange[] = [];
  let start = range.start;
  for (const hole of mergeRanges(holes)) {
    if (hole.end <= start || hole.start >= range.end) continue;
    if (hole.start > start) left.push({ start, end: hole.start });
    start = hole.end;
  }
  if (start < range.end) left.push({ start, end: range.end });
  return left;
}

function byStart(a: TimeRange, b: TimeRange): number {
  return a.start < b.start ? -1 : a.start > b.start ? 1 : 0;
}

/** Prints `[start, end)`. */
export function formatRange(range: TimeRange): string {
  return `[${formatInstant(range.start)}, ${formatInstant(range.end)})`;
}
