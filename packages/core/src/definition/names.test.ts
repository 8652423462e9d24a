import { expect, test } from "vitest";
import { duration, parseDuration } from "../time/duration.ts";
import { defaultAggregateName, nameProblem } from "./names.ts";

test.each(["a", "_a", "A1_b", "a".repeat(63)])("%j is a name", (name) =>
  expect(nameProblem(name)).toBeNull(),
);

test.each(["", "1a", "a-b", "a b", "é", "a".repeat(64), "a\n", null, 7])("%j is no name", (name) => {
  expect(nameProblem(name)).toContain("is not a name");
});

test('"__" is kept for the platform', () => {
  expect(nameProblem("a__b")).toContain('holds "__"');
});

test.each([
  [{ column: "delay", function: "mean", size: "1d", offset: "0s", interval: "1h" }, "delay_mean_1d_1h"],
  [{ column: "delay", function: "count", size: "24h", offset: "0s", interval: "60m" }, "delay_count_1d_1h"],
  [{ column: "a", function: "sum", size: "7d", offset: "-36h", interval: "1d" }, "a_sum_7d_offset_36h_1d"],
  [
    { column: "a", function: "stddevPop", size: null, offset: "0s", interval: "10m" },
    "a_stddev_pop_lifetime_10m",
  ],
  [{ column: "a", function: "max", size: "90m", offset: "0s", interval: null }, "a_max_90m_continuous"],
  [
    { column: "merchant", function: "lastDistinct", n: 10, size: "1h", offset: "0s", interval: "10m" },
    "merchant_last_distinct_10_1h_10m",
  ],
])("%j is named %s", ({ size, offset, interval, ...words }, expected) => {
  const read = (text: string | null) => (text === null ? null : parseDuration(text));
  const parts = { ...words, size: read(size), offset: parseDuration(offset), interval: read(interval) };
  expect(defaultAggregateName(parts)).toBe(expected);
});

test.each([
  [0, "0"],
  [0.05, "5"],
  [0.29, "29"],
  [0.5, "50"],
  [0.995, "99_5"],
  [1, "100"],
])("the percentile %d is named %s", (percentile, expected) => {
  const offset = duration(0n);
  const parts = { column: "a", function: "approxPercentile", size: null, offset, interval: null, percentile };
  expect(defaultAggregateName(parts)).toBe(`a_approx_percentile_${expected}_lifetime_continuous`);
});
