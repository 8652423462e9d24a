import { floor, micros, type DurationMicros, type EpochMicros, type TimeRange } from "@tesela/core";
import type { Level } from "../value/levels.ts";

/** A part of a window and the resolution that answers it. */
export interface CoverPart {
  readonly level: Level;
  readonly range: TimeRange;
}

/**
 * The parts that make up a range exactly, ascending: the coarsest tiles that lie in it as a whole, finer ones at
 * both ends. The range lies on the grid of the finest level; `levels` ascend from that.
 */
export function coverOf(range: TimeRange, levels: readonly Level[]): readonly CoverPart[] {
  const level = levels.at(-1);
  if (level === undefined || range.start >= range.end) return [];
  const finer = levels.slice(0, -1);
  if (finer.length === 0) return [{ level, range }];
  const start = ceil(range.start, level.interval);
  const end = floor(range.end, level.interval);
  if (start >= end) return coverOf(range, finer);
  return [
    ...coverOf({ start: range.start, end: start }, finer),
    { level, range: { start, end } },
    ...coverOf({ start: end, end: range.end }, finer),
  ];
}

function ceil(at: EpochMicros, grid: DurationMicros): EpochMicros {
  return micros(-floor(micros(-at), grid));
}
