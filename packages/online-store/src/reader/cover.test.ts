import { DAY, duration, micros, type EpochMicros } from "@tesela/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chunksOf, type Level } from "../value/levels.ts";
import { coverOf } from "./cover.ts";

const MINUTE = duration(60_000_000n);
const levels: readonly Level[] = [
  { level: 0, interval: duration(5n * MINUTE), span: DAY },
  { level: 1, interval: DAY, span: duration(32n * DAY) },
  { level: 2, interval: duration(32n * DAY), span: duration(1024n * DAY) },
];

/** A multiple of five minutes within some ten years around the epoch. */
const at = fc.bigInt({ min: -600_000n, max: 600_000n }).map((tiles) => micros(tiles * 5n * MINUTE));

test("the parts of a range are the range: none overlaps, none is missing, each on the grid of its level", () => {
  fc.assert(
    fc.property(at, at, (start, end) => {
      let reached: EpochMicros = start;
      for (const { level, range } of coverOf({ start, end }, levels)) {
        expect(range.start).toBe(reached);
        expect(range.start % level.interval).toBe(0n);
        expect(range.end % level.interval).toBe(0n);
        reached = range.end;
      }
      expect(reached).toBe(end > start ? end : start);
    }),
  );
});

test("windows of an hour, a day and thirty days over tiles of five minutes need at most five chunks", () => {
  fc.assert(
    fc.property(at, (end) => {
      const chunks = [5n * 12n, 5n * 288n, 5n * 288n * 30n].flatMap((minutes) =>
        coverOf({ start: micros(end - minutes * MINUTE), end }, levels).flatMap(({ level, range }) =>
          chunksOf(level, range).map(({ chunk }) => `${level.level}:${chunk}`),
        ),
      );
      expect(new Set(chunks).size).toBeLessThanOrEqual(5);
    }),
  );
});
