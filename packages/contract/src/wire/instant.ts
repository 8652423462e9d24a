import { parseInstant } from "@tesela/core";
import { z } from "zod";

/** An instant as text: ISO 8601 with up to microseconds; without a zone it is UTC (TIME T1). */
export const instantSchema = z
  .string()
  .max(64)
  .refine(isInstant, "not an instant; write ISO 8601, such as 2024-01-31T12:00:00Z")
  .meta({ format: "date-time", examples: ["2024-01-31T12:00:00Z"] });

/** A half-open range of instants (TIME T2). */
export const timeRangeSchema = z
  .strictObject({ startTime: instantSchema, endTime: instantSchema })
  .meta({ id: "TimeRange", description: "A range of instants; endTime is not part of it." });

function isInstant(text: string): boolean {
  try {
    parseInstant(text);
    return true;
  } catch {
    return false;
  }
}
