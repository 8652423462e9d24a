import { PART_ROWS, partsOfJob, type CompiledView, type TimeRange } from "@tesela/core";
import type { ClaimedAttempt, Commit, PartOutput } from "@tesela/registry";
import { fingerprintRange } from "../source/range-fingerprint.ts";
import { checkUnchanged } from "../source/source-reader.ts";
import { openView, type OpenedView } from "../source/view-source.ts";
import type { Lease } from "../worker/lease.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { WHOLE } from "./data-path.ts";
import { holdsNothing } from "./holds-nothing.ts";
import { ableWorkers } from "./parts/able-workers.ts";
import { computeInParts } from "./parts/compute-in-parts.ts";
import { computePart, type PartWork } from "./parts/compute-part.ts";
import { rowGroupsOf } from "./parts/row-groups.ts";

/**
 * Computes a range from the sources, whole or in parts, and commits its files in one go. `onNothing` is called as soon
 * as it is known that there is nothing to compute.
 */
export async function computeAndCommit(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  view: CompiledView,
  range: TimeRange,
  lease: Lease,
  onNothing: () => void,
): Promise<Commit> {
  const { engine, registry, sourceRoots: roots, sourceLimits: limits } = context;
  lease.report({ phase: "reading", fraction: null, rows: null });
  const opened = await openView({ engine, roots, limits }, view, { signal: lease.signal });
  const { resolved } = attempt.view;
  const isNothing = await holdsNothing(engine, { view, resolved, opened }, range, { signal: lease.signal });
  if (isNothing) onNothing();
  const outputs = isNothing ? [] : await compute(context, { attempt, view, opened }, range, lease);
  await checkUnchanged(opened.sources);
  return registry.attempts.commitFiles(attempt.id, attempt.fence, {
    files: outputs.flatMap(({ file }) => (file === null ? [] : [file])),
    rows: sum(outputs.map(({ rows }) => rows)),
    rejectedRows: sum(outputs.map(({ rejectedRows }) => rejectedRows)),
    sourceFingerprint: await fingerprintOf(context, view, opened, range, lease),
  });
}

/** As `lookAtSources` takes it again, to tell whether the range is stale. */
function fingerprintOf(
  { engine }: WorkerContext,
  view: CompiledView,
  { sources }: OpenedView,
  range: TimeRange,
  { signal }: Lease,
): Promise<string> {
  const read = view.sources.map(({ definition: { batch }, sees }, index) => ({
    batch,
    opened: sources[index]!,
    lookback: sees === "unfiltered" ? null : sees.lookback,
  }));
  return fingerprintRange(engine, view, read, range, { signal });
}

async function compute(
  context: WorkerContext,
  work: PartWork,
  range: TimeRange,
  lease: Lease,
): Promise<readonly PartOutput[]> {
  const { signal } = lease;
  const ranges = await partsOf(context, work, range, signal);
  if (ranges.length > 1) return computeInParts(context, work, ranges, lease);
  const onProgress = (percentage: number): void =>
    lease.report({ phase: "computing", fraction: Math.max(0, percentage) / 100, rows: null });
  const whole = { range, name: WHOLE, countsTimeless: true };
  return [await computePart(context, work, whole, { signal, onProgress })];
}

/** Row groups are looked at only where the sources have the rows of more than one part. */
async function partsOf(
  context: WorkerContext,
  { view, opened }: PartWork,
  range: TimeRange,
  signal: AbortSignal,
): Promise<readonly TimeRange[]> {
  const { engine, partRows = PART_ROWS } = context;
  if ((opened.sources[0]?.rows ?? 0) <= partRows) return [range];
  const groups = await rowGroupsOf(engine, view, opened, { signal });
  const workers = Math.max(1, await ableWorkers(context));
  return partsOfJob(range, view.time.schedule, groups, { partRows, workers });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
