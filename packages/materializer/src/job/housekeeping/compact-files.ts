import type { CompiledView } from "@tesela/core";
import type {
  ClaimedAttempt,
  DoneMerge,
  HousekeepingPolicy,
  HousekeepingReport,
  MergeGroup,
} from "@tesela/registry";
import type { Lease } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { mergeGroup } from "./merge-group.ts";

/** Small files of a view become few: written one after another, swapped in the ledger all at once. */
export async function compactFiles(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  view: CompiledView,
  policy: HousekeepingPolicy,
  lease: Lease,
): Promise<HousekeepingReport> {
  const { housekeeping } = context.registry;
  const groups = await housekeeping.merges(attempt.generationId, policy);
  const done: DoneMerge[] = [];
  for (const [index, group] of groups.entries()) {
    lease.report({ phase: "merging", fraction: index / groups.length, rows: null });
    const merge = { attempt, view, group, index };
    done.push({ group, file: await mergeGroup(context, merge, { signal: lease.signal }) });
    context.failpoint("after-merge");
  }
  await lease.confirm();
  await housekeeping.mergeFiles(attempt.id, attempt.fence, done);
  context.failpoint("after-swap");
  return reportOf(groups, done);
}

function reportOf(groups: readonly MergeGroup[], done: readonly DoneMerge[]): HousekeepingReport {
  const before = groups.flat();
  const after = done.flatMap(({ file }) => (file === null ? [] : [file]));
  return {
    filesBefore: before.length,
    bytesBefore: before.reduce((sum, { bytes }) => sum + bytes, 0),
    filesAfter: after.length,
    bytesAfter: after.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
