import { expect, test } from "vitest";
import { DAY, parseDuration } from "../time/duration.ts";
import { micros, type EpochMicros } from "../time/instant.ts";
import type { TimeRange } from "../time/range.ts";
import { coverageOf, type StoreLedger } from "./coverage.ts";
import type { ScheduledView } from "./wanted.ts";

const at = (day: number): EpochMicros => micros(BigInt(day) * DAY);
const days = (start: number, end: number): TimeRange => ({ start: at(start), end: at(end) });
const EMPTY: StoreLedger = { live: [], active: [], held: [] };
/** Daily attributes from day 100 on; the first window begins on day 99. */
const view: ScheduledView = {
  kind: "batch",
  online: false,
  offline: true,
  isIncremental: false,
  batchTrigger: "manual",
  maxBackfillInterval: null,
  time: {
    grain: DAY,
    schedule: DAY,
    dataDelay: parseDuration("2h"),
    featureStart: at(100),
    ttl: null,
    windows: [],
  },
};
const offline = (store: Partial<StoreLedger>, now = 110) =>
  coverageOf(view, micros(at(now) + parseDuration("2h")), { offline: { ...EMPTY, ...store }, online: EMPTY })
    .offline;

test("each part of what is due is materialized, running, waiting, failed, cancelled or missing", () => {
  const coverage = offline({
    live: [
      { range: days(99, 101), jobId: "a", isStale: false },
      { range: days(101, 103), jobId: "b", isStale: true },
    ],
    active: [
      { range: days(104, 105), jobId: "d", isRunning: false },
      { range: days(103, 104), jobId: "c", isRunning: true },
    ],
    held: [
      { range: days(105, 106), jobId: "e", isCancelled: true },
      { range: days(102, 107), jobId: "f", isCancelled: false },
    ],
  });
  expect(coverage).toMatchObject({
    materialized: [days(99, 103)],
    running: [{ range: days(103, 104), jobId: "c" }],
    waiting: [{ range: days(104, 105), jobId: "d" }],
    cancelled: [{ range: days(105, 106), jobId: "e" }],
    failed: [{ range: days(103, 107), jobId: "f" }],
    missing: [days(107, 110)],
    stale: [days(101, 103)],
  });
});

test("the edge is measured against the one that it would be if every job that is due had run", () => {
  const live = [{ range: days(99, 103), jobId: "a", isStale: false }];
  expect(offline({ live })).toMatchObject({ edge: at(103), expectedEdge: at(110), lag: 7n * DAY });
  expect(offline({ live }, 103)).toMatchObject({ lag: 0n, missing: [] });
  expect(offline({ live }, 101)).toMatchObject({ expectedEdge: at(101), lag: 0n });
  expect(offline({})).toMatchObject({ edge: null, lag: null, missing: [days(99, 110)] });
});

test("before anything is due nothing is missing; nor is it in a store that the view lacks", () => {
  expect(offline({}, 99)).toMatchObject({ expectedEdge: null, missing: [] });
  const { online } = coverageOf(view, at(120), { offline: EMPTY, online: EMPTY });
  expect(online).toMatchObject({ missing: [], expectedEdge: null, edge: null });
});
