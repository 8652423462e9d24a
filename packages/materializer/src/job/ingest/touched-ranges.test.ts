import { DAY, micros, type TimeRange } from "@tesela/core";
import { expect, test } from "vitest";
import { touchedRanges } from "./touched-ranges.ts";

const days = (...numbers: number[]) => numbers.map((number) => micros(BigInt(number) * DAY));
const touched = (...numbers: number[]) => touchedRanges(days(...numbers), DAY).map(print);
const print = ({ start, end }: TimeRange): string => `${start / DAY}-${end / DAY}`;

test("days that touch are one range, whatever their order", () => {
  expect(touched(3, -1, 5, 4)).toEqual(["-1-0", "3-6"]);
  expect(touched()).toEqual([]);
});

test("scattered days share a range over the narrowest gaps, so that there are 32 at most", () => {
  const scattered = Array.from({ length: 33 }, (_, index) => index * 10);
  const ranges = touched(...scattered, 322);
  expect(ranges).toHaveLength(32);
  expect(ranges.slice(0, 3)).toEqual(["0-11", "20-21", "30-31"]);
  expect(ranges.at(-1)).toBe("320-323");
});
