import { duration, type DurationMicros } from "../time/duration.ts";
import type { EpochMicros } from "../time/instant.ts";
import { intersect, mergeRanges, type TimeRange } from "../time/range.ts";
import { BACKFILL_JOBS, backfillSize, chunksOf } from "./backfill.ts";
import { byStores, type StoreSet } from "./by-stores.ts";
import type { JobTrigger } from "./job-type.ts";
import { missingRanges, wantedRanges, type LedgerRanges, type ScheduledView } from "./wanted.ts";

/** A job that the schedule makes. */
export interface DueJob {
  readonly range: TimeRange;
  readonly online: boolean;
  readonly offline: boolean;
  readonly trigger: Extract<JobTrigger, "schedule" | "backfill">;
}

/** Batch windows that a job computes at most where the transformation runs once for each (TIME T16). */
const MOST_WINDOWS = 500n;

/**
 * The jobs that are due at `now` and that nothing covers yet (TIME T13), oldest first. What has ended after all
 * that was ever asked for gets one job per interval; history, and a time away of more than ten intervals, is
 * split into about ten jobs. What online answers can still need goes to both stores, the rest offline alone.
 */
export function dueJobs(view: ScheduledView, now: EpochMicros, ledger: LedgerRanges): DueJob[] {
  if (view.batchTrigger !== "scheduled") return [];
  const lacks = lacksOf(view, now, ledger);
  const frontier = frontierOf(ledger);
  const isBackfill = frontier === null || intervalsAfter(frontier, lacks, view.time.schedule) > BACKFILL_JOBS;
  const jobs = isBackfill
    ? backfillJobs(view, lacks)
    : [
        ...backfillJobs(view, narrowed(lacks, { start: null, end: frontier })),
        ...jobsOf(narrowed(lacks, { start: frontier, end: null }), view.time.schedule, "schedule"),
      ];
  return jobs.toSorted((a, b) => (a.range.start < b.range.start ? -1 : 1));
}

function lacksOf(view: ScheduledView, now: EpochMicros, ledger: LedgerRanges): StoreSet[] {
  const wanted = wantedRanges(view, now, ledger);
  return byStores({
    offline: missingRanges(wanted.offline, ledger.offline),
    online: missingRanges(wanted.online, ledger.online),
  });
}

/** The end of all that was ever asked for, in whichever store: what lies behind it is history. */
function frontierOf({ offline, online }: LedgerRanges): EpochMicros | null {
  const asked = [offline, online].flatMap(({ live, reserved, held }) => [...live, ...reserved, ...held]);
  return mergeRanges(asked).at(-1)?.end ?? null;
}

function intervalsAfter(start: EpochMicros, lacks: readonly StoreSet[], schedule: DurationMicros): bigint {
  const late = mergeRanges(narrowed(lacks, { start, end: null }).flatMap(({ ranges }) => ranges));
  return late.reduce((sum, range) => sum + (range.end - range.start), 0n) / schedule;
}

/** What of the ranges lies between two instants; `null` is no bound. */
function narrowed(
  lacks: readonly StoreSet[],
  within: { readonly start: EpochMicros | null; readonly end: EpochMicros | null },
): StoreSet[] {
  return lacks.map((lack) => ({
    ...lack,
    ranges: lack.ranges.flatMap((range) => {
      const start = within.start ?? range.start;
      const end = within.end ?? range.end;
      return intersect(range, { start, end }) ?? [];
    }),
  }));
}

/** How much one job computes is a matter of the whole backfill, not of each of its stores. */
function backfillJobs(view: ScheduledView, lacks: readonly StoreSet[]): DueJob[] {
  const { schedule } = view.time;
  const all = mergeRanges(lacks.flatMap(({ ranges }) => ranges));
  const size = view.maxBackfillInterval ?? backfillSize(all, schedule);
  const most = duration(MOST_WINDOWS * schedule);
  return jobsOf(lacks, view.isIncremental && size > most ? most : size, "backfill");
}

function jobsOf(lacks: readonly StoreSet[], size: DurationMicros, trigger: DueJob["trigger"]): DueJob[] {
  return lacks.flatMap(({ online, offline, ranges }) =>
    ranges
      .flatMap((range) => chunksOf(range, size))
      .map((range): DueJob => ({ range, online, offline, trigger })),
  );
}
