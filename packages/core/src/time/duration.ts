import { TeselaError } from "../errors/tesela-error.ts";

declare const durationMicros: unique symbol;

/** A length of time in integer microseconds. */
export type DurationMicros = bigint & { readonly [durationMicros]: true };

/** Duration text such as `"1d"`, `"90m"`, `"1d12h"`. */
export type DurationText = string;

const UNITS = [
  ["d", 86_400_000_000n],
  ["h", 3_600_000_000n],
  ["m", 60_000_000n],
  ["s", 1_000_000n],
  ["ms", 1_000n],
  ["us", 1n],
] as const;

const TEXT = /^(-?)((?:\d+(?:w|d|h|ms|m|us|s))+)$/;
const PART = /(\d+)(w|d|h|ms|m|us|s)/g;

/** Brands integer microseconds as a length of time. */
export function duration(value: bigint | number): DurationMicros {
  return BigInt(value) as DurationMicros;
}

/** One day. */
export const DAY = duration(86_400_000_000n);

/** Reads `"7d"`, `"2h"`, `"90m"`, `"1d12h"`, `"-1h"`; `null` when the text is no duration. */
export function tryParseDuration(text: string): DurationMicros | null {
  const match = TEXT.exec(text.trim());
  if (match === null || match[2]!.length > 60) return null;
  let sum = 0n;
  for (const [, count, unit] of match[2]!.matchAll(PART)) sum += BigInt(count!) * unitMicros(unit!);
  return duration(match[1] === "-" ? -sum : sum);
}

/** Reads a duration; throws `VALIDATION` naming the text. */
export function parseDuration(text: DurationText): DurationMicros {
  const parsed = tryParseDuration(text);
  if (parsed !== null) return parsed;
  throw new TeselaError("VALIDATION", `"${text.slice(0, 60)}" is not a duration.`, {
    fix: 'Write a number and a unit: "10m", "2h", "7d".',
  });
}

function unitMicros(unit: string): bigint {
  if (unit === "w") return 7n * DAY;
  return UNITS.find(([name]) => name === unit)![1];
}

/** Prints a duration in the largest unit that divides it, as default feature names do: 60 minutes is `1h`. */
export function formatDuration(value: DurationMicros): string {
  if (value === 0n) return "0s";
  const [name, size] = UNITS.find(([, size]) => value % size === 0n)!;
  return `${value / size}${name}`;
}
