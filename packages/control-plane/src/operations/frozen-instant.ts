import { formatInstant, parseInstant, TeselaError, type EpochMicros } from "@tesela/core";

/** What can be written with four digits of a year: how instants travel. */
const FIRST = parseInstant("0001-01-01");
const END = parseInstant("+010000-01-01");

/** The instant at which the platform clock is to stand still. Throws `VALIDATION` beyond the years 1 to 9999. */
export function frozenInstant(text: string): EpochMicros {
  const at = parseInstant(text);
  if (at >= FIRST && at < END) return at;
  throw new TeselaError("VALIDATION", `The platform clock cannot be set to ${formatInstant(at)}.`, {
    fix: "Choose an instant of the years 1 to 9999.",
  });
}
