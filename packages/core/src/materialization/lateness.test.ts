import { expect, test } from "vitest";
import { DAY, duration, parseDuration } from "../time/duration.ts";
import { micros, type EpochMicros } from "../time/instant.ts";
import { lateness } from "./lateness.ts";
import type { ScheduledView } from "./wanted.ts";

const HOUR = parseDuration("1h");
const OLD = duration(1_000n * DAY);
const at = (day: number, hour = 0): EpochMicros => micros(BigInt(day) * DAY + BigInt(hour) * HOUR);
/** Daily, two hours of delay, from day 100 on. */
const view: ScheduledView = {
  kind: "batch",
  online: true,
  offline: true,
  isIncremental: false,
  batchTrigger: "scheduled",
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
const behind = { edge: at(110), expectedEdge: at(111) };

test("a store is late from the instant on that the first interval behind its edge was due", () => {
  expect(lateness(view, at(111, 2), behind, OLD)).toBeNull();
  expect(lateness(view, at(111, 5), behind, OLD)).toBe(3n * HOUR);
  expect(lateness(view, at(113, 2), { edge: at(110), expectedEdge: at(113) }, OLD)).toBe(2n * DAY);
});

test("without an edge it is late since its first interval was due", () => {
  expect(lateness(view, at(101, 3), { edge: null, expectedEdge: at(101) }, OLD)).toBe(HOUR);
});

test("a view is never late for longer than there has been one", () => {
  expect(lateness(view, at(500), { edge: null, expectedEdge: at(499) }, HOUR)).toBe(HOUR);
});

test("what has caught up, is not due, or was promised by nobody is not late", () => {
  expect(lateness(view, at(111, 9), { edge: at(111), expectedEdge: at(111) }, OLD)).toBeNull();
  expect(lateness(view, at(111, 9), { edge: null, expectedEdge: null }, OLD)).toBeNull();
  expect(lateness({ ...view, batchTrigger: "manual" }, at(111, 9), behind, OLD)).toBeNull();
});
