import type { QueryOf } from "@tesela/contract";
import { parseInstant } from "@tesela/core";
import type { JobFilter } from "@tesela/registry";

/** The jobs that a query asks for; with times those whose range overlaps `[startTime, endTime)`. */
export function jobFilterOf({ startTime, endTime, ...rest }: QueryOf<"listJobs">): JobFilter {
  return {
    ...rest,
    ...(startTime === undefined ? {} : { endsAfter: parseInstant(startTime) }),
    ...(endTime === undefined ? {} : { startsBefore: parseInstant(endTime) }),
  };
}
