import fc from "fast-check";

const MINUTE = 60_000_000n;
const HOUR = 60n * MINUTE;

/** What a generated view's instants gather around; all in microseconds. */
export interface Grid {
  /** A grid point of every length. */
  readonly center: bigint;
  /** `S`, or where there is none how far apart things are. */
  readonly schedule: bigint;
  /** `I`, or where there is none a fraction of the schedule. */
  readonly interval: bigint;
}

const SCHEDULES = [24n * HOUR, HOUR, 6n * HOUR, 7n * 24n * HOUR, 10n * MINUTE];
/** Thursdays at midnight, so that every schedule has a grid point there: now, around the epoch, before it. */
const CENTERS = [
  "2024-02-29T00:00:00Z",
  "1970-01-01T00:00:00Z",
  "1969-12-18T00:00:00Z",
  "2001-09-06T00:00:00Z",
];

/** Grids of a schedule and an interval that divides it. */
export const gridArbitrary: fc.Arbitrary<Grid> = fc
  .record({
    schedule: fc.constantFrom(...SCHEDULES),
    tiles: fc.constantFrom(1n, 2n, 5n),
    center: fc.constantFrom(...CENTERS).map((text) => BigInt(Date.parse(text)) * 1000n),
  })
  .map(({ schedule, tiles, center }) => ({ center, schedule, interval: schedule / tiles }));

/** Instants near grid points: on them, a microsecond off, or between. */
export function instantsNear(
  { center, interval, schedule }: Grid,
  from: number,
  to: number,
): fc.Arbitrary<bigint> {
  return fc
    .tuple(
      fc.integer({ min: from, max: to }).map(BigInt),
      fc.constantFrom(schedule, schedule, interval),
      fc.constantFrom(0n, 0n, 0n, -1n, 1n, interval / 2n),
    )
    .map(([steps, step, off]) => center + steps * step + off);
}

/** A duration as text. */
export function lengthText(micros: bigint): string {
  return `${micros}us`;
}

/** ISO text of microseconds, in an offset of its own where the number is odd. */
export function instantText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const zone = fraction % 2n === 1n ? 7_200n : 0n;
  const seconds = (micros - fraction) / 1_000_000n + zone;
  const local = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${local}.${String(fraction).padStart(6, "0")}${zone === 0n ? "Z" : "+02:00"}`;
}
