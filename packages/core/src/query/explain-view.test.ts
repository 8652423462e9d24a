import { describe, expect, test } from "vitest";
import { parseDuration } from "../time/duration.ts";
import { formatInstant, parseInstant } from "../time/instant.ts";
import { joinConditionOf, strategiesOf, windowsOf } from "./explain-view.ts";
import { NO_FENCES, wholeView } from "./read-view.ts";
import { aggregateOf, attribute, viewOf } from "./testing/views.ts";

describe("the join condition in words", () => {
  test("attributes: the newest row before the bound", () => {
    expect(joinConditionOf(wholeView(viewOf([attribute])))).toBe(
      "the newest row of k with an event time before the bound, floor(T, 1d)",
    );
  });

  test("fences, ttl and mapped keys", () => {
    const fences = {
      ...NO_FENCES,
      embargo: parseDuration("2h"),
      maxLookback: parseDuration("9d"),
      maxStaleness: parseDuration("5d"),
      isKnownAt: true,
    };
    const asked = { ...wholeView(viewOf([attribute], { ttl: "3d" }), fences), joinKeyMap: { k: "sender" } };
    expect(joinConditionOf(asked)).toBe(
      "the newest row of k = spine.sender, created by T with an event time before the bound, floor(T - 2h, 1d), " +
        "if its event time is at least T - 5d, while its ttl of 3d lasts",
    );
  });

  test("aggregates: tiles within windows", () => {
    const view = viewOf([aggregateOf("n", "count", "1d")], { aggregationInterval: "1h" });
    expect(joinConditionOf(wholeView(view))).toBe(
      "the tiles of 1h of k within each window before the bound, floor(T, 1d)",
    );
  });
});

describe("windows and strategies", () => {
  const asked = wholeView(
    viewOf([
      aggregateOf("n", "count", "2d"),
      aggregateOf("s", "sum", "2d"),
      aggregateOf("shifted", "max", "1d", "-1d"),
      aggregateOf("all", "count", null),
    ]),
  );

  test("features of one window stand together, each with what it covers at a bound", () => {
    const windows = windowsOf(asked, parseInstant("2024-01-20")).map(({ features, window, range }) => [
      features.join(" "),
      window,
      formatInstant(range.start).slice(0, 10),
      formatInstant(range.end).slice(0, 10),
    ]);
    expect(windows).toEqual([
      ["n s", "2d", "2024-01-18", "2024-01-20"],
      ["shifted", "1d, 1d before the bound", "2024-01-18", "2024-01-19"],
      ["all", "lifetime", "2024-01-09", "2024-01-20"],
    ]);
  });

  test("each strategy once, of the features that are asked for", () => {
    expect(strategiesOf(asked)).toContain("running totals");
    expect(strategiesOf({ ...asked, features: ["n"] })).toEqual(["running totals"]);
    expect(strategiesOf(wholeView(viewOf([attribute])))).toEqual(["asof join"]);
  });
});
