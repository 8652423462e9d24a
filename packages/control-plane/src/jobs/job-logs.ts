import type { JobLogLine as LogLineBody } from "@tesela/contract";
import { formatInstant, parseInstant } from "@tesela/core";
import type { JobLogLine } from "@tesela/registry";

/** A line of a job's log as a client sees it. */
export function logLineBodyOf({ at, ...line }: JobLogLine): LogLineBody {
  return { ...line, at: formatInstant(parseInstant(at)) };
}
