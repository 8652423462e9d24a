import fc from "fast-check";
import { expect, test } from "vitest";
import { duration, parseDuration } from "./duration.ts";
import { ceil, floor } from "./floor.ts";
import { formatInstant, micros, parseInstant } from "./instant.ts";

const at = (text: string, grid: string): string =>
  formatInstant(floor(parseInstant(text), parseDuration(grid)));

test("T2 every grid starts at the epoch: 7-day intervals begin on Thursdays", () => {
  expect(at("2024-01-10T23:59:59.999999Z", "7d")).toBe("2024-01-04T00:00:00Z");
  expect(at("2024-01-11T00:00:00Z", "7d")).toBe("2024-01-11T00:00:00Z");
  expect(at("1970-01-01T00:00:00Z", "7d")).toBe("1970-01-01T00:00:00Z");
  expect(new Date("2024-01-11T00:00:00Z").getUTCDay()).toBe(4);
});

test("T2 floor is a true floor before 1970", () => {
  expect(at("1969-12-31T23:59:59.999999Z", "1d")).toBe("1969-12-31T00:00:00Z");
  expect(at("1969-12-31T00:00:00Z", "1d")).toBe("1969-12-31T00:00:00Z");
  expect(at("1969-12-30T23:59:59.999999Z", "1d")).toBe("1969-12-30T00:00:00Z");
  expect(floor(micros(-1), duration(1))).toBe(-1n);
});

test("T2 floor and ceil are the multiples on either side, a multiple is its own", () => {
  const instant = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }).map(micros);
  const grid = fc.bigInt({ min: 1n, max: 10n ** 13n }).map(duration);
  fc.assert(
    fc.property(instant, grid, (point, width) => {
      const [low, high] = [floor(point, width), ceil(point, width)];
      expect(low % width).toBe(0n);
      expect(high % width).toBe(0n);
      expect(low <= point && point < low + width).toBe(true);
      expect(high >= point && high - point < width).toBe(true);
      expect(high - low).toBe(low === point ? 0n : width);
    }),
  );
});
