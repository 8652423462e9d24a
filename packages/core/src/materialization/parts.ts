import type { DurationMicros } from "../time/duration.ts";
import { micros } from "../time/instant.ts";
import type { TimeRange } from "../time/range.ts";

/** How many rows of the sources one part of a job has, about, unless told. */
export const PART_ROWS = 2_500_000;
/** More parts would make more files than a read likes to open. */
const MOST_PARTS = 64;
/** How many times as many parts as needed are made so that all workers have one. */
const MOST_SHARING = 2;
/** Parts that together read more than this many times the rows cost more than they save. */
const WORTHWHILE = 1.1;

/** Rows that lie together in a file, and the times they are of; `end` is part of it. */
export interface RowGroup {
  readonly rows: number;
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * Cuts the range of a job into parts that several workers can compute, or leaves it whole where that would read
 * much of the sources more than once. Cuts are on the schedule's grid (TIME T2), so no tile and no two rows of one
 * event time are ever torn apart: all parts together hold what the whole would. Each of `workers` gets as many parts
 * as the others where that reads no more.
 */
export function partsOfJob(
  range: TimeRange,
  schedule: DurationMicros,
  groups: readonly RowGroup[],
  { partRows = PART_ROWS, workers = 1 }: { readonly partRows?: number; readonly workers?: number } = {},
): readonly TimeRange[] {
  const rows = rowsWithin(groups, range);
  const isWorthwhile = (parts: readonly TimeRange[]): boolean =>
    parts.reduce((sum, part) => sum + rowsWithin(groups, part), 0) <= rows * WORTHWHILE;
  const needed = Math.ceil(rows / partRows);
  if (needed <= 1) return [range];
  const sharing = Math.min(workers, MOST_SHARING * needed);
  const even = Math.ceil(needed / sharing) * sharing;
  const ways = [even, needed].map((count) => cut(range, schedule, Math.min(MOST_PARTS, count)));
  return ways.find(isWorthwhile) ?? [range];
}

/** The rows of all groups that touch a range: what a reader of the range has to look at. */
function rowsWithin(groups: readonly RowGroup[], { start, end }: TimeRange): number {
  const touching = groups.filter((group) => group.start < end && group.end >= start);
  return touching.reduce((sum, { rows }) => sum + rows, 0);
}

/** Parts of nearly equal length, in order, cut on the grid; as many as there are grid intervals at most. */
function cut({ start, end }: TimeRange, schedule: DurationMicros, count: number): readonly TimeRange[] {
  const steps = (end - start) / schedule;
  const parts = BigInt(Math.max(1, count)) < steps ? BigInt(Math.max(1, count)) : steps;
  const edge = (index: bigint) => micros(start + schedule * ((steps * index) / parts));
  return Array.from({ length: Number(parts) }, (_, index) => ({
    start: edge(BigInt(index)),
    end: edge(BigInt(index) + 1n),
  }));
}
