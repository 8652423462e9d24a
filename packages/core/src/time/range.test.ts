import fc from "fast-check";
import { expect, test } from "vitest";
import { micros } from "./instant.ts";
import { formatRange, intersect, mergeRanges, overlaps, subtractRanges, type TimeRange } from "./range.ts";

const range = (start: number, end: number): TimeRange => ({ start: micros(start), end: micros(end) });
const points = Array.from({ length: 24 }, (_, at) => micros(at));
const holds = (ranges: readonly TimeRange[], at: bigint): boolean =>
  ranges.some(({ start, end }) => start <= at && at < end);
const anyRange = fc.tuple(fc.nat(20), fc.nat(20)).map(([a, b]) => range(Math.min(a, b), Math.max(a, b)));
const anyRanges = fc.array(anyRange, { maxLength: 6 });

test("T2 ranges are half-open: those that touch do not overlap", () => {
  expect(overlaps(range(0, 5), range(5, 9))).toBe(false);
  expect(overlaps(range(0, 6), range(5, 9))).toBe(true);
  expect(intersect(range(0, 5), range(5, 9))).toBeNull();
  expect(intersect(range(0, 6), range(5, 9))).toEqual(range(5, 6));
  expect(formatRange(range(0, 1))).toBe("[1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000001Z)");
});

test("an intersection holds the instants that both hold", () => {
  fc.assert(
    fc.property(anyRange, anyRange, (a, b) => {
      const both = intersect(a, b);
      for (const at of points)
        expect(holds(both === null ? [] : [both], at)).toBe(holds([a], at) && holds([b], at));
      const areWhole = a.start < a.end && b.start < b.end;
      expect(areWhole && overlaps(a, b)).toBe(both !== null);
    }),
  );
});

test("merged ranges hold the same instants, sorted, apart from each other and not empty", () => {
  fc.assert(
    fc.property(anyRanges, (ranges) => {
      const merged = mergeRanges(ranges);
      for (const at of points) expect(holds(merged, at)).toBe(holds(ranges, at));
      for (const [index, { start, end }] of merged.entries()) {
        expect(start < end).toBe(true);
        expect(index === 0 || start > merged[index - 1]!.end).toBe(true);
      }
    }),
  );
});

test("what is left of a range is what no hole holds", () => {
  fc.assert(
    fc.property(anyRange, anyRanges, (whole, holes) => {
      const left = subtractRanges(whole, holes);
      for (const at of points) expect(holds(left, at)).toBe(holds([whole], at) && !holds(holes, at));
      expect(mergeRanges(left)).toEqual(left);
    }),
  );
});
