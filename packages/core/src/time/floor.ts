import type { DurationMicros } from "./duration.ts";
import { micros, type EpochMicros } from "./instant.ts";

/** The largest multiple of `grid` since the epoch that is `<= instant`: a true floor, also before 1970. */
export function floor(instant: EpochMicros, grid: DurationMicros): EpochMicros {
  const rest = instant % grid;
  return micros(rest < 0n ? instant - rest - grid : instant - rest);
}

/** The smallest multiple of `grid` since the epoch that is `>= instant`. */
export function ceil(instant: EpochMicros, grid: DurationMicros): EpochMicros {
  const low = floor(instant, grid);
  return low === instant ? low : micros(low + grid);
}
