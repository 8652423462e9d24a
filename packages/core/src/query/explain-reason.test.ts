import { describe, expect, test } from "vitest";
import { parseDuration } from "../time/duration.ts";
import { parseInstant, type EpochMicros } from "../time/instant.ts";
import { explainRow, type RowFacts } from "./explain-reason.ts";
import { READ_STATUSES } from "./read-status.ts";
import { NO_FENCES, wholeView, type ReadFences } from "./read-view.ts";
import { aggregateOf, attribute, viewOf } from "./testing/views.ts";

const at = (text: string): EpochMicros => parseInstant(`2024-01-${text}Z`);
const nearest = (before: string | null, after: string | null = null) => ({
  before: before === null ? null : at(before),
  after: after === null ? null : at(after),
});

function explained(
  facts: Partial<RowFacts> & { readonly fences?: Partial<ReadFences>; readonly ttl?: string },
) {
  const { fences = {}, ttl, ...rest } = facts;
  const view = viewOf([attribute], ttl === undefined ? {} : { ttl });
  return explainRow({
    asked: wholeView(view, { ...NO_FENCES, ...fences }),
    status: "none",
    instant: at("20T12:00:00"),
    nearest: nearest(null),
    gaps: [],
    isWhole: true,
    ...rest,
  });
}

test("where only what is near the bound was looked at, the words say so", () => {
  expect(explained({}).because).toBe("There is no row of this key.");
  expect(explained({ isWhole: false }).because).toBe(
    "There is no row of this key in the files near the bound, which are all that explain looks at.",
  );
});

test("every status has words of its own", () => {
  const words = READ_STATUSES.map((status) => explained({ status }).because);
  expect(new Set(words).size).toBe(READ_STATUSES.length);
});

describe("TIME T3: a row that is not before the bound is not a miss for ever", () => {
  test("it waits for the end of its grain interval", () => {
    expect(explained({ nearest: nearest(null, "20T08:00:00") })).toEqual({
      reason: "not_yet_visible",
      because:
        "A row of this key at 2024-01-20T08:00:00Z is not before the bound 2024-01-20T00:00:00Z; it is visible from 2024-01-21T00:00:00Z.",
    });
  });

  test("the embargo alone may hide it", () => {
    const fences = { embargo: parseDuration("2d") };
    expect(explained({ fences, nearest: nearest(null, "19T08:00:00") })).toEqual({
      reason: "embargoed",
      because:
        "A row of this key at 2024-01-19T08:00:00Z would be visible without the embargo of 2d; with it, it is from 2024-01-22T00:00:00Z.",
    });
    expect(explained({ fences, nearest: nearest(null, "20T00:00:00") }).reason).toBe("not_yet_visible");
  });

  test("a tile waits as a row does", () => {
    const asked = wholeView(viewOf([aggregateOf("n", "count", "1d")]));
    const { reason, because } = explained({ asked, nearest: nearest(null, "20T00:00:00") });
    expect(reason).toBe("not_yet_visible");
    expect(because).toContain("A tile of this key at 2024-01-20T00:00:00Z");
    expect(because).toContain("from 2024-01-21T00:00:00Z");
  });
});

test("TIME T14: rows that were created later do not count", () => {
  expect(explained({ fences: { isKnownAt: true } }).because).toBe(
    "There is no row of this key that was known then.",
  );
});

describe("a window without input", () => {
  const asked = wholeView(viewOf([aggregateOf("n", "count", "1d")]));

  test("no row of the key at all", () => {
    expect(explained({ asked })).toEqual({ reason: "none", because: "There is no row of this key." });
  });

  test("the newest tile is older than every window", () => {
    expect(explained({ asked, nearest: nearest("12T00:00:00") }).because).toBe(
      "The newest tile of this key, at 2024-01-12T00:00:00Z, is before every window, or holds nulls alone.",
    );
  });
});

test("TIME T7: at exactly b(e) + ttl a row is gone", () => {
  expect(explained({ status: "expired", ttl: "3d", nearest: nearest("15T08:00:00") }).because).toBe(
    "The newest visible row, of 2024-01-15T08:00:00Z, expired at 2024-01-19T00:00:00Z (ttl 3d).",
  );
});

test("TIME T11: how old a row may be", () => {
  const fences = { maxStaleness: parseDuration("1d") };
  expect(explained({ status: "stale", fences, nearest: nearest("18T00:00:00") }).because).toBe(
    "The newest visible row, of 2024-01-18T00:00:00Z, is older than maxStaleness 1d allows: 2024-01-19T12:00:00Z.",
  );
});

test("TIME T12: the ranges that are missing are named", () => {
  const gaps = [{ start: at("18T00:00:00"), end: at("20T00:00:00") }];
  expect(explained({ status: "not_materialized", gaps }).because).toContain(
    "[2024-01-18T00:00:00Z, 2024-01-20T00:00:00Z)",
  );
});

test("TIME T1: a row without an instant has no bound to speak of", () => {
  expect(explained({ status: "before_start", instant: null }).reason).toBe("no_timestamp");
});
