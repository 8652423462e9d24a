import type { CompiledView } from "../definition/compile.ts";
import type { Problem } from "../errors/problem.ts";
import { formatDuration } from "../time/duration.ts";
import { ceil, floor } from "../time/floor.ts";
import { formatInstant, type EpochMicros } from "../time/instant.ts";
import { dueAt, materializableFrom, materializableUntil } from "../time/law.ts";
import { formatRange, type TimeRange } from "../time/range.ts";

/** What a user asks to materialize; a store of `null` is not named: it follows the view. */
export interface TriggerRequest {
  readonly range: TimeRange;
  readonly online: boolean | null;
  readonly offline: boolean | null;
}

/** The part of a view that decides what may be triggered. */
export type TriggeredView = Pick<CompiledView, "name" | "time" | "online" | "offline" | "batchTrigger">;

/** The stores that a request means: those it names, else those that the view has. */
export function triggeredStores(
  view: TriggeredView,
  request: TriggerRequest,
): { readonly online: boolean; readonly offline: boolean } {
  return { online: request.online ?? view.online, offline: request.offline ?? view.offline };
}

/**
 * Why a job may not be triggered at `now`, with the fix, or `null` when it may: stores that are there, a range
 * on the grid (TIME T2) that lies in what can be materialized (TIME T13). Overlap is the ledger's to refuse.
 */
export function checkTrigger(view: TriggeredView, now: EpochMicros, request: TriggerRequest): Problem | null {
  return (
    batchProblem(view) ??
    storeProblem(view, request) ??
    shapeProblem(request.range) ??
    gridProblem(view, request.range) ??
    startProblem(view, request.range) ??
    endProblem(view, now, request.range)
  );
}

function batchProblem({ name, batchTrigger }: TriggeredView): Problem | null {
  if (batchTrigger !== "none") return null;
  return {
    path: "batchTrigger",
    message: `feature view "${name}" has the batch trigger "none", which allows no materialization jobs`,
    fix: 'Declare the view with batchTrigger: "manual" or "scheduled" and apply.',
  };
}

function storeProblem(view: TriggeredView, request: TriggerRequest): Problem | null {
  for (const store of ["online", "offline"] as const) {
    if (request[store] !== true || view[store]) continue;
    const message = `feature view "${view.name}" has no ${store} store`;
    return {
      path: store,
      message,
      fix: `Declare the view with ${store}: true and apply, or leave ${store} out.`,
    };
  }
  const stores = triggeredStores(view, request);
  if (stores.online || stores.offline) return null;
  const message = `the job would write no store of feature view "${view.name}"`;
  return { path: "online", message, fix: storeFix(view) };
}

function storeFix(view: TriggeredView): string {
  const stores = (["online", "offline"] as const).filter((store) => view[store]);
  if (stores.length === 0) return "Declare the view with online: true or offline: true and apply.";
  return `Ask for ${stores.map((store) => `${store}: true`).join(" or ")}.`;
}

function shapeProblem(range: TimeRange): Problem | null {
  if (range.start < range.end) return null;
  const what = range.start === range.end ? "is empty" : "ends before it starts";
  const fix = "Give an endTime after startTime; endTime is not part of the range.";
  return { path: "endTime", message: `the range ${formatRange(range)} ${what}`, fix };
}

function gridProblem({ time }: TriggeredView, range: TimeRange): Problem | null {
  const start = floor(range.start, time.schedule);
  const end = ceil(range.end, time.schedule);
  if (start === range.start && end === range.end) return null;
  const grid = `the grid of the batch schedule, ${formatDuration(time.schedule)} since 1970-01-01T00:00:00Z`;
  return {
    path: start === range.start ? "endTime" : "startTime",
    message: `the range ${formatRange(range)} is not on ${grid}`,
    fix: `Ask for ${formatRange({ start, end })}.`,
  };
}

function startProblem(view: TriggeredView, range: TimeRange): Problem | null {
  const first = materializableFrom(view.time);
  if (range.start >= first) return null;
  const found = `startTime ${formatInstant(range.start)} is before ${formatInstant(first)}`;
  return {
    path: "startTime",
    message: `${found}, where feature view "${view.name}" can first be materialized`,
    fix: `Start at ${formatInstant(first)} or later, or declare an earlier featureStartTime.`,
  };
}

function endProblem({ time }: TriggeredView, now: EpochMicros, range: TimeRange): Problem | null {
  const due = dueAt(time, range.end);
  if (due <= now) return null;
  const delay = formatDuration(time.dataDelay);
  return {
    path: "endTime",
    message: `endTime ${formatInstant(range.end)} plus the data delay of ${delay} is in the future (now ${formatInstant(now)})`,
    fix: `End at ${formatInstant(materializableUntil(time, now))} or earlier, or wait until ${formatInstant(due)}.`,
  };
}
