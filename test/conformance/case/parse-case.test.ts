import { describe, expect, test } from "vitest";
import { parseCase } from "./parse-case.ts";

const sound = {
  id: "a",
  title: "a case",
  view: {
    kind: "batch",
    joinKeys: { k: "int64" },
    columns: { k: "int64", ts: "timestamp", v: "float64" },
    timestampField: "ts",
    features: [{ attribute: "v" }],
    batchSchedule: "1d",
    featureStartTime: "2024-01-01T00:00:00Z",
  },
  events: [{ k: "9007199254740993", ts: "2024-01-01T02:00:00.000001+02:00", v: "NaN" }],
  spine: [{ k: 1, t: null }],
  timestampKey: "t",
  options: {},
  expect: [{ v: "-Infinity" }],
  paths: ["source"],
};
const withView = (fields: object): unknown => ({ ...sound, view: { ...sound.view, ...fields } });
const aggregate = { name: "f", function: "last", column: "v", window: "1d", n: 3 };

test("a case is read to typed values: int64 exact, instants in microseconds, NaN and infinities", () => {
  const parsed = parseCase(sound);
  expect(parsed.kind === "case" ? parsed.case.events : parsed).toEqual([
    { k: 9_007_199_254_740_993n, ts: 1_704_067_200_000_001n, v: Number.NaN },
  ]);
  expect(parsed.kind === "case" ? parsed.case.spine : parsed).toEqual([{ k: 1n, t: null }]);
  expect(parsed.kind === "case" ? parsed.case.expect : parsed).toEqual([{ v: Number.NEGATIVE_INFINITY }]);
});

describe("what does not exist yet is refused with its reason, on the paths that the case names", () => {
  test.each([
    ["a stream", withView({ kind: "stream" }), 'views of kind "stream" do not exist yet'],
    ["a table", withView({ kind: "table" }), 'views of kind "table" do not exist yet'],
    ["a function", withView({ features: [aggregate] }), 'the function "last" does not exist yet'],
    [
      "a range read",
      { ...sound, spine: undefined, range: { startTime: "a", endTime: "b" } },
      "range reads do not exist yet",
    ],
    ["an option", { ...sound, options: { embargo: "1h" } }, 'the option "embargo" does not exist yet'],
  ])("%s", (_, json, reason) => {
    expect(parseCase(json)).toEqual({ kind: "refused", id: "a", paths: ["source"], reason });
  });
});

describe("what is wrong is refused", () => {
  test.each([
    ["a field that nobody knows", withView({ windowFunction: "x" }), "windowFunction"],
    ["a column that is not declared", { ...sound, events: [{ x: 1 }] }, "events[0].x is no column"],
    ["a value of another type", { ...sound, events: [{ k: 1.5 }] }, "events[0].k is 1.5"],
    ["too few expected rows", { ...sound, expect: [] }, "expects 0 rows of 1"],
    ["a feature that is not there", { ...sound, expect: [{ w: 1 }] }, "expect[0].w is no feature"],
    ["no schedule", withView({ batchSchedule: undefined }), "no batchSchedule"],
    ["something else than a case", 7, "expected object"],
  ])("%s", (_, json, reason) => {
    const parsed = parseCase(json);
    expect(parsed.kind === "refused" ? parsed.reason : "a case").toContain(reason);
  });
});
