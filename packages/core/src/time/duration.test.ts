import fc from "fast-check";
import { expect, test } from "vitest";
import { duration, formatDuration, parseDuration, tryParseDuration } from "./duration.ts";

test.each([
  ["1w", 604_800_000_000n],
  ["7d", 604_800_000_000n],
  ["2h", 7_200_000_000n],
  ["90m", 5_400_000_000n],
  ["1d12h", 129_600_000_000n],
  ["10s", 10_000_000n],
  ["5ms", 5_000n],
  ["1us", 1n],
  ["1m5ms", 60_005_000n],
  ["-1h", -3_600_000_000n],
  ["0s", 0n],
  [" 1h ", 3_600_000_000n],
])("%j is %d microseconds", (text, expected) => expect(parseDuration(text)).toBe(expected));

test.each(["", "1", "d", "1.5h", "1 h", "1y", "1M", "--1h", "1h-1m", "9".repeat(61) + "d"])(
  "%j is no duration",
  (text) => {
    expect(tryParseDuration(text)).toBeNull();
    expect(() => parseDuration(text)).toThrow("is not a duration");
  },
);

test("a duration prints in the largest unit that divides it", () => {
  const printed = ["60m", "24h", "7d", "90m", "36h", "1000ms", "1001us", "-60m", "0d"].map((text) =>
    formatDuration(parseDuration(text)),
  );
  expect(printed).toEqual(["1h", "1d", "7d", "90m", "36h", "1s", "1001us", "-1h", "0s"]);
});

test("what is printed reads back as the same duration", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (length) => {
      expect(parseDuration(formatDuration(duration(length)))).toBe(length);
    }),
  );
});
