import { duration, type DurationMicros } from "../time/duration.ts";
import type { EpochMicros } from "../time/instant.ts";
import { edge } from "../time/law.ts";
import { mergeRanges, subtractRanges, type TimeRange } from "../time/range.ts";
import {
  dueRange,
  missingRanges,
  wantedRanges,
  type LedgerRanges,
  type ScheduledView,
  type StoreRanges,
} from "./wanted.ts";

/** A range and the job that it is about. */
export interface JobRange {
  readonly range: TimeRange;
  readonly jobId: string;
}

/** What the ledger knows of one store of a view. */
export interface StoreLedger {
  /** Stale: the files that it was computed from are others now. */
  readonly live: readonly (JobRange & { readonly isStale: boolean })[];
  /** Of jobs that are not final. */
  readonly active: readonly (JobRange & { readonly isRunning: boolean })[];
  /** Of jobs that ended without success and whose ranges nobody has asked for again. */
  readonly held: readonly (JobRange & { readonly isCancelled: boolean })[];
}

/** What of a view is in one store, and what is not and why; ranges are sorted. */
export interface StoreCoverage {
  readonly materialized: readonly TimeRange[];
  /** What is due and what no job is about to bring. */
  readonly missing: readonly TimeRange[];
  readonly running: readonly JobRange[];
  /** Of jobs that wait for a worker, for their turn, or to be tried again. */
  readonly waiting: readonly JobRange[];
  readonly failed: readonly JobRange[];
  /** Cancelled ranges are never filled by themselves. */
  readonly cancelled: readonly JobRange[];
  readonly stale: readonly TimeRange[];
  /** TIME T12; `null` before all is there that the first answer needs. */
  readonly edge: EpochMicros | null;
  /** Where the edge would be if every job that is due had run; `null` before the first is. */
  readonly expectedEdge: EpochMicros | null;
  /** How far the edge is behind; `null` while there is none. */
  readonly lag: DurationMicros | null;
}

/** Both stores of a view. */
export type Coverage = Readonly<Record<"offline" | "online", StoreCoverage>>;

/** How much of a view is materialized at `now`, store by store. */
export function coverageOf(
  view: ScheduledView,
  now: EpochMicros,
  ledger: Readonly<Record<"offline" | "online", StoreLedger>>,
): Coverage {
  const ranges = { offline: rangesOf(ledger.offline), online: rangesOf(ledger.online) };
  return {
    offline: storeCoverage(view, now, ledger, ranges, "offline"),
    online: storeCoverage(view, now, ledger, ranges, "online"),
  };
}

function rangesOf({ live, active, held }: StoreLedger): StoreRanges {
  const plain = (some: readonly JobRange[]) => some.map(({ range }) => range);
  return { live: plain(live), reserved: plain(active), held: plain(held) };
}

function storeCoverage(
  view: ScheduledView,
  now: EpochMicros,
  ledger: Readonly<Record<"offline" | "online", StoreLedger>>,
  ranges: LedgerRanges,
  name: "offline" | "online",
): StoreCoverage {
  const store = ledger[name];
  const materialized = mergeRanges(ranges[name].live);
  const edgeAt = edge(view.time, materialized);
  const expectedEdge = view[name] ? (dueRange(view, now)?.end ?? null) : null;
  const lag = edgeAt === null || expectedEdge === null ? null : duration(expectedEdge - edgeAt);
  return {
    materialized,
    missing: missingRanges(wantedRanges(view, now, ranges)[name], ranges[name]),
    running: jobRanges(store.active.filter(({ isRunning }) => isRunning)),
    waiting: jobRanges(store.active.filter(({ isRunning }) => !isRunning)),
    failed: without(
      store.held.filter(({ isCancelled }) => !isCancelled),
      materialized,
    ),
    cancelled: without(
      store.held.filter(({ isCancelled }) => isCancelled),
      materialized,
    ),
    stale: mergeRanges(store.live.filter(({ isStale }) => isStale).map(({ range }) => range)),
    edge: edgeAt,
    expectedEdge,
    lag: lag === null || lag > 0n ? lag : duration(0n),
  };
}

function jobRanges(some: readonly JobRange[]): JobRange[] {
  return some
    .map(({ range, jobId }) => ({ range, jobId }))
    .toSorted((a, b) => (a.range.start < b.range.start ? -1 : 1));
}

/** What another job has materialized since is neither failed nor cancelled. */
function without(some: readonly JobRange[], materialized: readonly TimeRange[]): JobRange[] {
  return jobRanges(
    some.flatMap(({ range, jobId }) =>
      subtractRanges(range, materialized).map((left) => ({ range: left, jobId })),
    ),
  );
}
