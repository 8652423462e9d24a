import type { VectorMetadata } from "@tesela/sdk";
import { expect, test } from "vitest";
import { toldOf } from "./told.ts";

const [EARLY, LATE] = ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"];
const metadata: VectorMetadata = {
  at: "2024-01-02T06:00:00Z",
  edge: null,
  effectiveTime: null,
  views: { a: { edge: LATE, effectiveTime: EARLY }, b: { edge: null, effectiveTime: null } },
  lacking: { "a.slow": "TIMEOUT", "a.gone": "UNAVAILABLE", "a.broken": "VALUE_ERROR" },
};

test("a value is present, as of its own view's instant", () => {
  for (const value of [0, false, "", []])
    expect(toldOf(metadata, "a.x", value)).toEqual({ status: "PRESENT", effectiveTime: EARLY, why: "" });
});

test("a null says why: no value, nothing materialized, or what could not be had", () => {
  const whys = ["a.x", "b.x", "a.slow", "a.gone", "a.broken"].map((name) => {
    const { status, why } = toldOf(metadata, name, null);
    return `${status}: ${why}`;
  });
  expect(whys).toEqual([
    "MISSING_DATA: no value is visible, or it is null",
    "MISSING_DATA: nothing is materialized yet",
    "TIME_OUT: the store did not answer in time",
    "UNKNOWN: the view cannot be served at the moment",
    "UNKNOWN: its function failed",
  ]);
});

test("a view that was read by itself has one instant for all of its features", () => {
  const alone = { at: metadata.at, edge: LATE, effectiveTime: LATE };
  expect(toldOf(alone, "x", 1)).toMatchObject({ effectiveTime: LATE });
});
