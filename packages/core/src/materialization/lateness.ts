import { duration, type DurationMicros } from "../time/duration.ts";
import { micros, type EpochMicros } from "../time/instant.ts";
import { dueAt, startBound } from "../time/law.ts";
import type { StoreCoverage } from "./coverage.ts";
import type { ScheduledView } from "./wanted.ts";

/**
 * For how long a store of a view has lacked what its schedule owes it (TIME T13): since the first interval behind
 * its edge was due, but no longer than the view is old. `null` while nothing is owed, or nobody has promised it.
 */
export function lateness(
  view: ScheduledView,
  now: EpochMicros,
  { edge, expectedEdge }: Pick<StoreCoverage, "edge" | "expectedEdge">,
  age: DurationMicros,
): DurationMicros | null {
  if (view.batchTrigger !== "scheduled" || expectedEdge === null) return null;
  if (edge !== null && edge >= expectedEdge) return null;
  const first = edge ?? startBound(view.time);
  const since = dueAt(view.time, micros(first + view.time.schedule));
  if (now <= since) return null;
  return now - since < age ? duration(now - since) : age;
}
