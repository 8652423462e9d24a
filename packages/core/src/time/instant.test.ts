import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TeselaError } from "../errors/tesela-error.ts";
import { formatInstant, micros, parseInstant } from "./instant.ts";

describe("T1 instants are integer microseconds of UTC", () => {
  test.each([
    ["1970-01-01T00:00:00Z", 0n],
    ["1970-01-01", 0n],
    ["1970-01-01T00:00", 0n],
    ["1970-01-01 00:00:01", 1_000_000n],
    ["1970-01-01T00:00:00.000001Z", 1n],
    ["1970-01-01T00:00:00,5Z", 500_000n],
    ["1970-01-01T02:00:00+02:00", 0n],
    ["1970-01-01T02:00:00+0200", 0n],
    ["1970-01-01T02:00:00+02", 0n],
    ["1969-12-31T19:30:00-04:30", 0n],
    ["1970-01-01T24:00:00Z", 86_400_000_000n],
    ["1969-12-31T23:59:59.999999Z", -1n],
    ["0001-01-01T00:00:00Z", -62_135_596_800_000_000n],
  ])("%s is %d", (text, expected) => expect(parseInstant(text)).toBe(expected));

  test("finer digits are floored, before 1970 too", () => {
    expect(parseInstant("1970-01-01T00:00:00.0000019Z")).toBe(1n);
    expect(parseInstant("1969-12-31T23:59:59.9999999Z")).toBe(-1n);
    expect(parseInstant("1969-12-31T23:59:59.9999980001Z")).toBe(-2n);
  });

  test("a hundred microseconds tell two instants apart", () => {
    expect(parseInstant("2024-01-01T00:00:00.000400Z")).not.toBe(parseInstant("2024-01-01T00:00:00.000500Z"));
  });

  test("a Date is milliseconds, an instant stays itself", () => {
    expect(parseInstant(new Date(-1))).toBe(-1_000n);
    expect(parseInstant(micros(5))).toBe(5n);
    expect(() => parseInstant(new Date(Number.NaN))).toThrow(TeselaError);
  });

  test.each([
    "2024-13-01",
    "2024-02-30",
    "2023-02-29",
    "2024-01-01T25:00:00Z",
    "2024-01-01T24:00:01Z",
    "2024-01-01T00:60:00Z",
    "2024-01-01T00:00:60Z",
    "2024-01-01T00:00:00+19:00",
    "2024-1-1",
    "yesterday",
    "",
    "1704067200",
  ])("%j is refused with the text in the message", (text) => {
    expect(() => parseInstant(text)).toThrow(`"${text}" is not an instant`);
  });

  test("a very long text is shown in part", () => {
    expect(() => parseInstant("x".repeat(1000))).toThrow(/^.{0,130}$/);
  });
});

test("T1 what is printed reads back as the same instant, six digits only where there are any", () => {
  expect(formatInstant(micros(0))).toBe("1970-01-01T00:00:00Z");
  expect(formatInstant(micros(-1))).toBe("1969-12-31T23:59:59.999999Z");
  expect(formatInstant(micros(1_500_000))).toBe("1970-01-01T00:00:01.500000Z");
  const range = { min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n };
  fc.assert(
    fc.property(fc.bigInt(range), (at) => {
      expect(parseInstant(formatInstant(micros(at)))).toBe(at);
    }),
  );
});
