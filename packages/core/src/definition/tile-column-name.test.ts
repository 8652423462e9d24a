import { describe, expect, test } from "vitest";
import { parseDuration } from "../time/duration.ts";
import type { AggregateDefinition } from "./definition.ts";
import { tileColumnName } from "./tile-column-name.ts";

function aggregate(parts: Partial<AggregateDefinition>): AggregateDefinition {
  return {
    kind: "aggregate",
    name: "any",
    function: "mean",
    column: "delay",
    window: { kind: "sliding", size: "7d", offset: "0s" },
    ...parts,
  };
}

describe("the name of an aggregate over one tile is its default name without the window", () => {
  test.each([
    [{}, "1h", "delay_mean_1h"],
    [{ column: "shop", function: "lastDistinct", n: 10 }, "10m", "shop_last_distinct_10_10m"],
    [{ function: "approxPercentile", percentile: 0.995 }, "1d", "delay_approx_percentile_99_5_1d"],
    [{ column: "in_lifetime_1d" }, "1d", "in_lifetime_1d_mean_1d"],
  ] as const)("%o over %s", (parts, interval, name) => {
    expect(tileColumnName(aggregate(parts), parseDuration(interval))).toBe(name);
  });

  test("without an interval it is continuous", () => {
    expect(tileColumnName(aggregate({}), null)).toBe("delay_mean_continuous");
  });
});
