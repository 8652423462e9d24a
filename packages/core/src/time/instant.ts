import { TeselaError } from "../errors/tesela-error.ts";

declare const epochMicros: unique symbol;

/** An instant: integer microseconds since 1970-01-01T00:00:00Z, UTC (TIME T1). */
export type EpochMicros = bigint & { readonly [epochMicros]: true };

/** What is accepted as an instant at the edge: ISO text, a `Date` (milliseconds), or microseconds. */
export type InstantInput = string | Date | EpochMicros;

/** Brands integer microseconds since the epoch. */
export function micros(value: bigint | number): EpochMicros {
  return BigInt(value) as EpochMicros;
}

const ISO =
  /^([+-]?\d{4,6})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * Reads an instant. Text is ISO 8601, any offset; without one it is UTC; digits finer than a microsecond
 * are floored (TIME T1). Throws `VALIDATION` on anything else, such as month 13 or 30 February.
 */
export function parseInstant(input: InstantInput): EpochMicros {
  if (typeof input === "bigint") return input;
  if (input instanceof Date) return fromDate(input);
  const match = ISO.exec(input.trim());
  const parsed = match === null ? null : fromParts(match);
  if (parsed === null) throw invalidInstant(input);
  return parsed;
}

function fromDate(date: Date): EpochMicros {
  const millis = date.getTime();
  if (Number.isNaN(millis)) throw invalidInstant("Invalid Date");
  return micros(BigInt(Math.floor(millis)) * 1000n);
}

function fromParts(match: RegExpExecArray): EpochMicros | null {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const millis = utcMillis(year!, month!, day!, hour!, minute!, second!);
  const offset = offsetMinutes(match[8]);
  if (millis === null || offset === null) return null;
  const fraction = BigInt((match[7] ?? "").padEnd(6, "0").slice(0, 6));
  return micros(BigInt(millis) * 1000n + fraction - BigInt(offset) * 60_000_000n);
}

function utcMillis(y: number, mo: number, d: number, h: number, mi: number, s: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  if (date.getUTCMonth() !== mo - 1 || date.getUTCDate() !== d) return null;
  if (mi > 59 || s > 59 || h > 24 || (h === 24 && mi + s > 0)) return null;
  return date.getTime() + ((h * 60 + mi) * 60 + s) * 1000;
}

function offsetMinutes(zone: string | undefined): number | null {
  if (zone === undefined || /^(z|utc)$/i.test(zone)) return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(":", "") || 0)];
  if (hours > 18 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

function invalidInstant(found: string): TeselaError {
  return new TeselaError("VALIDATION", `"${found.slice(0, 80)}" is not an instant.`, {
    fix: "Write ISO 8601, such as 2024-01-31T12:00:00Z; without a zone it is read as UTC.",
  });
}

/** Prints an instant as `2024-01-31T12:00:00Z`, with six fractional digits only where there are any. */
export function formatInstant(instant: EpochMicros): string {
  const fraction = ((instant % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = (instant - fraction) / 1_000_000n;
  const text = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, "");
  return fraction === 0n ? `${text}Z` : `${text}.${fraction.toString().padStart(6, "0")}Z`;
}
