import { formatInstant, micros } from "@tesela/core";

const LAST_DATE = 8_640_000_000_000_000_000n;

/** The text of microseconds since the epoch, exact; what no calendar holds is an infinity. */
export function instantText(value: bigint): string {
  if (value > LAST_DATE) return "infinity";
  return value < -LAST_DATE ? "-infinity" : formatInstant(micros(value));
}

/** The text of nanoseconds since the epoch, floored to microseconds (TIME T1). */
export function nanosText(nanos: bigint): string {
  const rest = ((nanos % 1_000n) + 1_000n) % 1_000n;
  return instantText((nanos - rest) / 1_000n);
}
