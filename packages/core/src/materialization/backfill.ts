import { duration, type DurationMicros } from "../time/duration.ts";
import { ceil } from "../time/floor.ts";
import { micros } from "../time/instant.ts";
import type { TimeRange } from "../time/range.ts";

/** Into about how many jobs a backfill is split. */
export const BACKFILL_JOBS = 10;

/** How much one job of a backfill computes: a tenth of the whole, on the grid of the schedule, `S` at least. */
export function backfillSize(ranges: readonly TimeRange[], schedule: DurationMicros): DurationMicros {
  const jobs = BigInt(BACKFILL_JOBS);
  const total = ranges.reduce((sum, { start, end }) => sum + (end - start), 0n);
  const size = ceil(micros((total + jobs - 1n) / jobs), schedule);
  return duration(size > schedule ? size : schedule);
}

/** Splits a range into parts of a size, of which the last may be smaller. */
export function chunksOf({ start, end }: TimeRange, size: DurationMicros): TimeRange[] {
  const count = Number((end - start + size - 1n) / size);
  return Array.from({ length: count }, (_, index) => {
    const from = micros(start + BigInt(index) * size);
    const next = micros(from + size);
    return { start: from, end: next < end ? next : end };
  });
}
