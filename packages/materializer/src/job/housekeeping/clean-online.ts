import type { ClaimedAttempt, HousekeepingPolicy, HousekeepingReport } from "@tesela/registry";
import type { Lease } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";

/** Removes the online data of a generation that was retired so long ago that no feature server reads it any more. */
export async function cleanOnline(
  { registry, onlineStore, failpoint }: WorkerContext,
  { id, fence, generationId }: ClaimedAttempt,
  policy: HousekeepingPolicy,
  lease: Lease,
): Promise<HousekeepingReport> {
  if (!(await registry.housekeeping.mayClean(id, fence, policy))) return { generations: 0 };
  lease.report({ phase: "removing", fraction: null, rows: null });
  await onlineStore.dropGeneration(generationId);
  failpoint("after-drop");
  await registry.housekeeping.noteCleaned(generationId);
  return { generations: 1 };
}
