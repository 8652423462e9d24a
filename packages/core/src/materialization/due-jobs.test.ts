import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, duration, parseDuration } from "../time/duration.ts";
import { micros, type EpochMicros } from "../time/instant.ts";
import { mergeRanges, overlaps, type TimeRange } from "../time/range.ts";
import { dueJobs, type DueJob } from "./due-jobs.ts";
import { missingRanges, wantedRanges, type LedgerRanges, type ScheduledView } from "./wanted.ts";

const at = (day: number, hours = 0): EpochMicros => micros(BigInt(day) * DAY + (BigInt(hours) * DAY) / 24n);
const days = (start: number, end: number): TimeRange => ({ start: at(start), end: at(end) });
const sliding = (size: string) => [
  { kind: "sliding" as const, size: parseDuration(size), offset: duration(0n) },
];
const NOTHING: LedgerRanges = {
  offline: { live: [], reserved: [], held: [] },
  online: { live: [], reserved: [], held: [] },
};
const live = (offline: TimeRange[], online: TimeRange[] = offline): LedgerRanges => ({
  offline: { ...NOTHING.offline, live: offline },
  online: { ...NOTHING.online, live: online },
});

/** A daily view of a window of five days that starts on day 100; its first window begins on day 95. */
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
    windows: sliding("5d"),
  },
};

/** Jobs as `both 95-97 backfill`. */
function shown(jobs: readonly DueJob[]): string[] {
  return jobs.map(({ range, online, offline, trigger }) => {
    const store = online && offline ? "both" : online ? "online" : "offline";
    return `${store} ${range.start / DAY}-${range.end / DAY} ${trigger}`;
  });
}

const due = (now: EpochMicros, ledger = NOTHING, more: Partial<ScheduledView> = {}): string[] =>
  shown(dueJobs({ ...view, ...more }, now, ledger));

describe("on apply", () => {
  test("history is about ten jobs: what is still served to both stores, the rest offline alone", () => {
    expect(due(at(135, 2))).toEqual([
      ...[95, 99, 103, 107, 111, 115, 119, 123].map((day) => `offline ${day}-${day + 4} backfill`),
      "offline 127-130 backfill",
      "both 130-134 backfill",
      "both 134-135 backfill",
    ]);
  });
  test("maxBackfillInterval overrides the size of a job", () => {
    expect(due(at(103, 2), NOTHING, { maxBackfillInterval: parseDuration("3d") })).toEqual([
      "offline 95-98 backfill",
      "both 98-101 backfill",
      "both 101-103 backfill",
    ]);
  });
  test("a job of a transformation that runs once per window has five hundred windows at most", () => {
    const jobs = dueJobs({ ...view, isIncremental: true, online: false }, at(10_095, 2), NOTHING);
    expect(jobs).toHaveLength(20);
    expect(dueJobs({ ...view, online: false }, at(10_095, 2), NOTHING)).toHaveLength(10);
  });
  test("nothing is due before the first window has ended and its delay is over", () => {
    expect(due(at(96, 1))).toEqual([]);
    expect(due(at(96, 2))).toEqual(["both 95-96 backfill"]);
  });
  test("attributes without a ttl may be served from their first window on", () => {
    const attributes = { time: { ...view.time, windows: [] } };
    expect(due(at(101, 2), NOTHING, attributes)).toEqual(["both 99-100 backfill", "both 100-101 backfill"]);
    const brief = { time: { ...view.time, windows: [], ttl: parseDuration("1d") } };
    expect(due(at(103, 2), NOTHING, brief).at(-1)).toBe("both 102-103 backfill");
    expect(due(at(103, 2), NOTHING, brief).at(0)).toBe("offline 99-100 backfill");
  });
  test("a store that the view lacks gets nothing; a view without stores, a table, another trigger no job", () => {
    expect(due(at(96, 2), NOTHING, { online: false })).toEqual(["offline 95-96 backfill"]);
    expect(due(at(96, 2), NOTHING, { online: false, offline: false })).toEqual([]);
    expect(due(at(96, 2), NOTHING, { kind: "table" })).toEqual([]);
    expect(due(at(96, 2), NOTHING, { batchTrigger: "manual" })).toEqual([]);
    expect(due(at(96, 2), NOTHING, { batchTrigger: "none" })).toEqual([]);
  });
});

describe("later", () => {
  test("one job for the interval that has ended, at its end plus the delay", () => {
    expect(due(at(121, 1), live([days(95, 120)]))).toEqual([]);
    expect(due(at(121, 2), live([days(95, 120)]))).toEqual(["both 120-121 schedule"]);
  });
  test("missed intervals are caught up in order, one job each", () => {
    expect(due(at(123, 2), live([days(95, 120)]))).toEqual([
      "both 120-121 schedule",
      "both 121-122 schedule",
      "both 122-123 schedule",
    ]);
  });
  test("more than ten missed intervals are a backfill, without a gap behind what is online", () => {
    expect(due(at(142, 2), live([days(95, 120)]))).toEqual(
      [120, 123, 126, 129, 132, 135, 138]
        .map((day) => `both ${day}-${day + 3} backfill`)
        .concat("both 141-142 backfill"),
    );
  });
  test("an earlier feature start computes only what is new", () => {
    expect(due(at(120, 2), live([days(98, 120)]))).toEqual([
      "offline 95-96 backfill",
      "offline 96-97 backfill",
      "offline 97-98 backfill",
    ]);
  });
  test("online switched on later loads only what can be served", () => {
    const jobs = due(at(120, 2), live([days(95, 120)], []));
    expect(jobs).toEqual([115, 116, 117, 118, 119].map((day) => `online ${day}-${day + 1} backfill`));
  });
  test("what is on its way, or was cancelled or failed, is not made again; the other store still is", () => {
    const ledger: LedgerRanges = {
      offline: { live: [days(95, 118)], reserved: [days(119, 120)], held: [days(118, 119)] },
      online: { live: [days(95, 118)], reserved: [days(119, 120)], held: [] },
    };
    expect(due(at(121, 2), ledger)).toEqual(["online 118-119 backfill", "both 120-121 schedule"]);
  });
});

describe("whatever is there already", () => {
  const ranges = fc
    .array(fc.tuple(fc.integer({ min: 90, max: 150 }), fc.integer({ min: 1, max: 20 })), { maxLength: 4 })
    .map((pairs) => pairs.map(([start, length]) => days(start, start + length)));
  const store = fc.record({ live: ranges, reserved: ranges, held: ranges });
  const scheduled = fc.record({
    size: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
    window: fc.option(fc.integer({ min: 1, max: 30 }), { nil: null }),
    online: fc.boolean(),
    offline: fc.boolean(),
  });
  const cases = fc.tuple(
    scheduled,
    fc.record({ offline: store, online: store }),
    fc.integer({ min: 80, max: 200 }),
  );

  test("the jobs cover exactly what each store lacks, on the grid, none overlapping another", () => {
    fc.assert(
      fc.property(cases, ([{ size, window, ...stores }, ledger, now]) => {
        const one: ScheduledView = {
          ...view,
          ...stores,
          maxBackfillInterval: size === null ? null : duration(BigInt(size) * DAY),
          time: { ...view.time, windows: window === null ? [] : sliding(`${window}d`) },
        };
        const jobs = dueJobs(one, at(now, 2), ledger);
        const wanted = wantedRanges(one, at(now, 2), ledger);
        for (const name of ["offline", "online"] as const) {
          const made = jobs.filter((job) => job[name]).map(({ range }) => range);
          expect(mergeRanges(made)).toEqual(mergeRanges(missingRanges(wanted[name], ledger[name])));
        }
        for (const [index, { range }] of jobs.entries()) {
          expect([range.start % DAY, range.end % DAY, range.start < range.end]).toEqual([0n, 0n, true]);
          expect(range.end - range.start <= BigInt(size ?? 1_000) * DAY).toBe(true);
          expect(jobs.slice(index + 1).some((other) => overlaps(range, other.range))).toBe(false);
        }
      }),
    );
  });
  test("once they are done nothing more is due", () => {
    fc.assert(
      fc.property(fc.integer({ min: 96, max: 300 }), (now) => {
        const jobs = dueJobs(view, at(now, 2), NOTHING);
        expect(jobs.length).toBeLessThanOrEqual(12);
        const done = live(
          jobs.filter(({ offline }) => offline).map(({ range }) => range),
          jobs.filter(({ online }) => online).map(({ range }) => range),
        );
        expect(dueJobs(view, at(now, 2), done)).toEqual([]);
      }),
    );
  });
});
