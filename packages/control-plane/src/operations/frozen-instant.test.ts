import { parseInstant } from "@tesela/core";
import { expect, test } from "vitest";
import { frozenInstant } from "./frozen-instant.ts";

test.each(["0001-01-01T00:00:00Z", "2024-01-31T12:00:00.000001Z", "9999-12-31T23:59:59.999999Z"])(
  "the clock can stand at %s",
  (text) => {
    expect(frozenInstant(text)).toBe(parseInstant(text));
  },
);

test.each(["-9999-01-01", "0000-12-31", "+010000-01-01", "0001-01-01T00:00:00+01:00"])(
  "the clock cannot stand at %s, which does not travel as an instant",
  (text) => {
    expect(() => frozenInstant(text)).toThrow(/^The platform clock cannot be set to/);
  },
);
