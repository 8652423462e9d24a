import type { RunPayload } from "@tesela/contract";
import {
  formatRange,
  materializableUntil,
  micros,
  TeselaError,
  type EpochMicros,
  type TimeRange,
  type ViewTime,
} from "@tesela/core";

/**
 * The range of a run: one batch schedule where only its start or end is given, the last complete one before the
 * platform clock where neither is. Throws `VALIDATION` on an empty range.
 */
export function runRange(
  time: ViewTime,
  { start, end, now }: Pick<RunPayload, "start" | "end" | "now">,
): TimeRange {
  const range = rangeOf(time, instant(start), instant(end), micros(BigInt(now)));
  if (range.start < range.end) return range;
  throw new TeselaError("VALIDATION", `The range ${formatRange(range)} is empty.`, {
    fix: "Give an endTime after startTime.",
  });
}

function rangeOf(
  time: ViewTime,
  start: EpochMicros | null,
  end: EpochMicros | null,
  now: EpochMicros,
): TimeRange {
  if (start !== null) return { start, end: end ?? micros(start + time.schedule) };
  const until = end ?? materializableUntil(time, now);
  return { start: micros(until - time.schedule), end: until };
}

function instant(text: string | null): EpochMicros | null {
  return text === null ? null : micros(BigInt(text));
}
