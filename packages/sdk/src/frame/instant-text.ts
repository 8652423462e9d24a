import { formatInstant, micros } from "@tesela/core";

const LAST_DATE = 8_640_000_000_000_000_000n;
/** Within these a number of microseconds is exact: the years 1684 to 2255. */
const SAFE = 2n ** 53n;
const DAY = 86_400_000_000;

/** The text of microseconds since the epoch, exact; what no calendar holds is an infinity. */
export function instantText(value: bigint): string {
  if (value < SAFE && value > -SAFE) return safeText(Number(value));
  if (value > LAST_DATE) return "infinity";
  return value < -LAST_DATE ? "-infinity" : formatInstant(micros(value));
}

/** Frames hold millions of instants, of few days: the text of a day is made once. */
function safeText(value: number): string {
  const day = Math.floor(value / DAY);
  return `${dayText(day)}T${timeText(value - day * DAY)}Z`;
}

/** The text of days since the epoch. */
function dayText(day: number): string {
  if (day === lastDay.day) return lastDay.text;
  const text = new Date(day * 86_400_000).toISOString().slice(0, 10);
  lastDay = { day, text };
  return text;
}

let lastDay = { day: 0, text: "1970-01-01" };

/** The text of microseconds since midnight, with six fractional digits only where there are any. */
export function timeText(value: number): string {
  const fraction = value % 1_000_000;
  const seconds = (value - fraction) / 1_000_000;
  const minutes = Math.floor(seconds / 60);
  const text = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, "0")}`;
}

const TWO = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, "0"));

function two(number: number): string {
  return TWO[number] ?? String(number);
}

/** The text of nanoseconds since the epoch, floored to microseconds (TIME T1). */
export function nanosText(nanos: bigint): string {
  return instantText(floorToMicros(nanos));
}

/** Nanoseconds as microseconds, floored (TIME T1). */
export function floorToMicros(nanos: bigint): bigint {
  const rest = ((nanos % 1_000n) + 1_000n) % 1_000n;
  return (nanos - rest) / 1_000n;
}
