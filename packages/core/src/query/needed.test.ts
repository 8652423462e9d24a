import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { duration, parseDuration } from "../time/duration.ts";
import { formatRange, type TimeRange } from "../time/range.ts";
import { micros, parseInstant } from "../time/instant.ts";
import { bound, neededFrom, startBound } from "../time/law.ts";
import { answeredInstants, instantsTouching, neededByRange } from "./needed.ts";
import { NO_FENCES, wholeView, type AskedView } from "./read-view.ts";
import { aggregateOf, attribute, viewOf } from "./testing/views.ts";

function range(start: string, end: string): TimeRange {
  return { start: parseInstant(start), end: parseInstant(end) };
}

function print(found: TimeRange | null): string | null {
  return found === null ? null : formatRange(found);
}

const sum = wholeView(viewOf([aggregateOf("a", "sum", "3d")]));
const HOUR = parseDuration("1h");

describe("T15 the instants of a range that have answers", () => {
  const open = { start: null, end: parseInstant("2024-03-01") };

  test("they begin at the feature start, and are all that is asked for where nothing need be materialized", () => {
    expect(print(answeredInstants(sum, open, null))).toBe("[2024-01-10T00:00:00Z, 2024-03-01T00:00:00Z)");
  });

  test("T12 they end with the last instant whose bound is materialized", () => {
    const runs = [range("2023-12-01", "2024-01-20"), range("2024-01-20", "2024-02-01")];
    expect(print(answeredInstants(sum, open, runs))).toBe("[2024-01-10T00:00:00Z, 2024-02-02T00:00:00Z)");
    expect(print(answeredInstants(sum, open, []))).toBe("[2024-01-10T00:00:00Z, 2024-01-10T00:00:00Z)");
  });
});

describe("T12 gaps", () => {
  test("a 3-day window needs a missing day for the three days whose bounds see it", () => {
    const gap = range("2024-01-20", "2024-01-21");
    const asked = range("2024-01-10", "2024-02-01");
    expect(print(instantsTouching(sum, gap, asked))).toBe("[2024-01-21T00:00:00Z, 2024-01-24T00:00:00Z)");
    expect(print(instantsTouching(sum, gap, range("2024-01-24", "2024-02-01")))).toBeNull();
  });

  const views = [
    viewOf([attribute]),
    viewOf([attribute], { ttl: "36h" }),
    viewOf([aggregateOf("a", "sum", "3d"), aggregateOf("b", "max", "1d", "-2d")]),
    viewOf([aggregateOf("a", "sum", "30h")], { aggregationInterval: "6h" }),
    viewOf([aggregateOf("a", "sum", null), aggregateOf("b", "sum", "2d")]),
    viewOf([aggregateOf("a", "sum", null)], {
      lifetimeStartTime: "2024-01-04T06:00:00Z",
      aggregationInterval: "6h",
    }),
  ];
  const start = parseInstant("2024-01-01");
  const hours = (most: number): fc.Arbitrary<bigint> => fc.integer({ min: 0, max: most }).map(BigInt);
  const asks = fc.record({
    view: fc.constantFrom(...views),
    embargo: hours(30),
    lookback: fc.option(fc.integer({ min: 31, max: 90 }).map(BigInt)),
    from: hours(300),
    length: hours(72),
    off: fc.integer({ min: -2, max: 2 }).map(BigInt),
    at: fc.integer({ min: 1, max: 400 }).map(BigInt),
  });

  test("an instant touches a gap exactly when its bound lies past the gap's start and it needs less than its end", () => {
    const whole = { start, end: micros(start + 500n * HOUR) };
    expect.hasAssertions();
    const property = fc.property(asks, ({ view, embargo, lookback, from, length, off, at }) => {
      const fences = {
        ...NO_FENCES,
        embargo: duration(embargo * HOUR),
        maxLookback: lookback === null ? null : duration(lookback * HOUR),
      };
      const asked = wholeView(view, fences);
      const gap = { start: micros(start + from * HOUR), end: micros(start + (from + length + 1n) * HOUR) };
      const instant = micros(start + at * HOUR + off);
      const found = instantsTouching(asked, gap, whole);
      const isIn = found !== null && found.start <= instant && instant < found.end;
      expect(isIn).toBe(touches(asked, gap, instant));
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test("the history of a range is that of its first to its last instant", () => {
    const fences = { ...NO_FENCES, maxLookback: parseDuration("2d") };
    const asked = range("2024-01-20T12:00:00Z", "2024-01-22");
    expect(print(neededByRange(sum, asked))).toBe("[2024-01-17T00:00:00Z, 2024-01-21T00:00:00Z)");
    expect(print(neededByRange(wholeView(viewOf([attribute]), fences), asked))).toBe(
      "[2024-01-18T12:00:00Z, 2024-01-21T00:00:00Z)",
    );
    expect(neededByRange(sum, range("2023-01-01", "2023-02-01"))).toBeNull();
  });
});

/** The SQL of `touchesSql`, in words of the law. */
function touches({ view: { time }, fences }: AskedView, gap: TimeRange, at: TimeRange["start"]): boolean {
  const boundary = bound(time, at, fences);
  if (boundary < startBound(time)) return false;
  const oldest = neededFrom(time, boundary);
  const fence = fences.maxLookback === null ? oldest : at - fences.maxLookback;
  return boundary > gap.start && (oldest > fence ? oldest : fence) < gap.end;
}
