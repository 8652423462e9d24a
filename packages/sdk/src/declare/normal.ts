import { formatDuration, formatInstant, parseInstant, tryParseDuration } from "@tesela/core";

/** The one spelling of a duration (`"24h"` is `"1d"`); text that is none stays, for validation to name it. */
export function normalDuration(text: string): string {
  const parsed = tryParseDuration(text);
  return parsed === null ? text : formatDuration(parsed);
}

/** The one spelling of an instant; what is none stays as text, for validation to name it. */
export function normalInstant(instant: string | Date): string {
  try {
    return formatInstant(parseInstant(instant));
  } catch {
    return String(instant);
  }
}
