import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDuration } from "../time/duration.ts";
import { micros, parseInstant } from "../time/instant.ts";
import { partsOfJob, type RowGroup } from "./parts.ts";

const DAY = parseDuration("1d");
const start = parseInstant("2024-01-01");
const daysFrom = (count: bigint) => ({ start, end: micros(start + count * DAY) });
const sorted = (groups: number, rowsOfGroup: number, days: bigint): RowGroup[] =>
  Array.from({ length: groups }, (_, index) => ({
    rows: rowsOfGroup,
    start: start + (days * DAY * BigInt(index)) / BigInt(groups),
    end: start + (days * DAY * BigInt(index + 1)) / BigInt(groups) - 1n,
  }));

test("a small range stays whole", () => {
  expect(partsOfJob(daysFrom(30n), DAY, sorted(10, 100_000, 30n))).toEqual([daysFrom(30n)]);
});

test("ten million sorted rows are computed in four parts", () => {
  const parts = partsOfJob(daysFrom(30n), DAY, sorted(100, 100_000, 30n));
  expect(parts.map(({ start, end }) => (end - start) / DAY)).toEqual([7n, 8n, 7n, 8n]);
});

test("workers get equally many parts, unless that would read much of the sources more than once", () => {
  const parts = (workers: number, groups: readonly RowGroup[]) =>
    partsOfJob(daysFrom(30n), DAY, groups, { workers }).length;
  const six = sorted(60, 100_000, 30n);
  expect([1, 2, 3, 4].map((workers) => parts(workers, six))).toEqual([3, 4, 3, 4]);
  expect(parts(32, six)).toBe(6);
  expect(parts(2, sorted(4, 1_500_000, 29n))).toBe(1);
  expect(parts(32, sorted(10, 100_000, 30n))).toBe(1);
});

test("unsorted rows stay whole: each part would read them all", () => {
  const groups = sorted(100, 100_000, 30n).map(({ rows }) => ({ rows, ...daysFrom(30n) }));
  expect(partsOfJob(daysFrom(30n), DAY, groups)).toEqual([daysFrom(30n)]);
});

test("one interval of the schedule is never cut", () => {
  expect(partsOfJob(daysFrom(1n), DAY, sorted(100, 1_000_000, 1n))).toEqual([daysFrom(1n)]);
});

test("parts follow one another without gap or overlap, on the schedule's grid, whatever the sources hold", () => {
  const groups = fc.array(
    fc.record({
      rows: fc.integer({ min: 0, max: 5_000_000 }),
      at: fc.bigInt(-5n, 60n),
      days: fc.bigInt(0n, 9n),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(fc.bigInt(1n, 50n), groups, (days, drawn) => {
      const range = daysFrom(days);
      const parts = partsOfJob(
        range,
        DAY,
        drawn.map(({ rows, at, days }) => ({
          rows,
          start: start + at * DAY,
          end: start + (at + days) * DAY,
        })),
      );
      expect([parts[0]!.start, parts.at(-1)!.end]).toEqual([range.start, range.end]);
      parts.forEach((part, index) => {
        expect((part.start - range.start) % DAY).toBe(0n);
        expect(part.end).toBeGreaterThan(part.start);
        expect(part.start).toBe(index === 0 ? range.start : parts[index - 1]!.end);
      });
    }),
  );
});
