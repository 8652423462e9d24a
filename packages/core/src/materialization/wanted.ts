import type { CompiledView } from "../definition/compile.ts";
import { floor } from "../time/floor.ts";
import type { EpochMicros } from "../time/instant.ts";
import { edge, materializableFrom, materializableUntil, neededFrom, startBound } from "../time/law.ts";
import { mergeRanges, subtractRanges, type TimeRange } from "../time/range.ts";

/** The part of a view that decides what is materialized of it, and when. */
export type ScheduledView = Pick<
  CompiledView,
  "kind" | "time" | "online" | "offline" | "isIncremental" | "batchTrigger" | "maxBackfillInterval"
>;

/** What one store has of a view, or will have. */
export interface StoreRanges {
  readonly live: readonly TimeRange[];
  /** What active jobs are about to write. */
  readonly reserved: readonly TimeRange[];
  /** What cancelled and failed jobs were to write: nothing fills it by itself again. */
  readonly held: readonly TimeRange[];
}

/** Both stores of a view. */
export type LedgerRanges = Readonly<Record<"offline" | "online", StoreRanges>>;

/** What is due of a view at `now` (TIME T13); `null` before the first job is. */
export function dueRange({ kind, time }: ScheduledView, now: EpochMicros): TimeRange | null {
  const due = { start: materializableFrom(time), end: materializableUntil(time, now) };
  return kind !== "table" && due.start < due.end ? due : null;
}

/** What each store shall hold at `now`; empty for a store that the view lacks. */
export function wantedRanges(
  view: ScheduledView,
  now: EpochMicros,
  ledger: LedgerRanges,
): Readonly<Record<"offline" | "online", readonly TimeRange[]>> {
  const due = dueRange(view, now);
  if (due === null) return { offline: [], online: [] };
  return {
    offline: view.offline ? [due] : [],
    online: view.online ? [{ start: servableFrom(view, due, ledger.online.live), end: due.end }] : [],
  };
}

/**
 * Where the part of what is due begins that an online answer can still need. Behind an edge (TIME T12) there must
 * be no gap, so what has been online once is continued from there, however long the platform was away.
 */
function servableFrom({ time }: ScheduledView, due: TimeRange, live: readonly TimeRange[]): EpochMicros {
  const first = startBound(time);
  const needed = floor(neededFrom(time, due.end > first ? due.end : first), time.schedule);
  const from = needed > due.start ? needed : due.start;
  const reached = edge(time, mergeRanges(live));
  return reached !== null && reached < from ? reached : from;
}

/** What a store lacks of what it shall hold: neither live, nor on its way, nor held back. */
export function missingRanges(
  wanted: readonly TimeRange[],
  { live, reserved, held }: StoreRanges,
): TimeRange[] {
  return wanted.flatMap((range) => subtractRanges(range, [...live, ...reserved, ...held]));
}
