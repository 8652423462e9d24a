import { describe, expect, test } from "vitest";
import type { Case } from "./case.ts";
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
const withView = (fields: object) => ({ ...sound, view: { ...sound.view, ...fields } });
const aggregate = { name: "f", function: "last", column: "v", window: "1d", n: 3 };

function read(json: unknown): Case {
  const parsed = parseCase(json);
  if (parsed.kind === "case") return parsed.case;
  throw new Error(parsed.reason);
}

test("a case is read to typed values: int64 exact, instants in microseconds, NaN and infinities", () => {
  const one = read(sound);
  expect(one.events).toEqual([{ k: 9_007_199_254_740_993n, ts: 1_704_067_200_000_001n, v: Number.NaN }]);
  expect(one.question).toMatchObject({ kind: "spine", rows: [{ k: 1n, t: null }], timestampKey: "t" });
  expect(one.expect).toEqual({ kind: "spine", rows: [{ v: Number.NEGATIVE_INFINITY }] });
});

test("a range read expects rows of keys, features and the instants for which they stand", () => {
  const row = { k: "1", v: 1, _valid_from: "2024-01-01T00:00:00Z", _valid_to: "2024-01-01T00:00:00.000001Z" };
  const range = { startTime: "1970-01-01", endTime: "1970-01-02" };
  const one = read({ ...sound, spine: undefined, range, expect: [row] });
  expect(one.question).toEqual({ kind: "range", start: 0n, end: 86_400_000_000n });
  const instants = { _valid_from: 1_704_067_200_000_000n, _valid_to: 1_704_067_200_000_001n };
  expect(one.expect).toEqual({ kind: "range", rows: [{ k: 1n, v: 1, ...instants }] });
});

test("lists are read by their elements, parameters under both their names", () => {
  const features = [
    aggregate,
    { ...aggregate, name: "p", function: "approxPercentile", n: undefined, p: 0.5 },
  ];
  const one = read({ ...withView({ features }), expect: [{ f: [1, "NaN"], p: null }] });
  expect(one.expect).toEqual({ kind: "spine", rows: [{ f: [1, Number.NaN], p: null }] });
  expect(one.view.features).toMatchObject([{ n: 3 }, { percentile: 0.5 }]);
});

test("options are read to microseconds and kept as they are for the SDK", () => {
  const options = {
    join: "inclusive",
    embargo: "1s",
    maxLookback: "1m",
    onMissing: "skip",
    knownAt: "event",
  };
  const one = read({ ...sound, options, expect: ["dropped"] });
  expect(one.options).toEqual({
    isInclusive: true,
    embargo: 1_000_000n,
    maxLookback: 60_000_000n,
    maxStaleness: null,
    onMissing: "skip",
    isKnownAt: true,
  });
  expect(one.declaredOptions).toEqual(options);
  expect(one.expect).toEqual({ kind: "spine", rows: ["dropped"] });
});

test.each([
  ["an error of any code", "error", null],
  ["an error among the rows", ["error"], null],
  ["a code", { error: "VALIDATION" }, "VALIDATION"],
])("a read that must fail: %s", (_, expected, code) => {
  expect(read({ ...sound, expect: expected }).expect).toEqual({ kind: "failure", code });
});

test("a stream view without a schedule has one of a day, a feature table needs none", () => {
  expect(read(withView({ kind: "stream", batchSchedule: undefined })).declared.batchSchedule).toBe("1d");
  expect(read(withView({ kind: "table", batchSchedule: undefined })).view.kind).toBe("table");
});

describe("what is wrong is refused", () => {
  test.each([
    ["a field that nobody knows", withView({ windowFunction: "x" }), "windowFunction"],
    ["a column that is not declared", { ...sound, events: [{ x: 1 }] }, "events[0].x is no column"],
    ["a value of another type", { ...sound, events: [{ k: 1.5 }] }, "events[0].k is 1.5"],
    ["too few expected rows", { ...sound, expect: [] }, "expects 0 rows of 1"],
    ["a feature that is not there", { ...sound, expect: [{ w: 1 }] }, "expect[0].w is no feature"],
    ["an option that the law does not have", { ...sound, options: { asof: "x" } }, "asof"],
    [
      "an aggregate of a feature table",
      withView({ kind: "table", features: [aggregate] }),
      "has an aggregate",
    ],
    ["a function that nobody knows", withView({ features: [{ ...aggregate, function: "mode" }] }), '"mode"'],
    ["neither a spine nor a range", { ...sound, spine: undefined }, "neither a spine nor a range"],
    ["no schedule", withView({ batchSchedule: undefined }), "no batchSchedule"],
    ["something else than a case", 7, "expected object"],
  ])("%s", (_, json, reason) => {
    const parsed = parseCase(json);
    expect(parsed.kind === "refused" ? parsed.reason : "a case").toContain(reason);
  });
});
