import type { ClaimedAttempt } from "@tesela/registry";
import type { Lease } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { deleteOffline } from "./delete-offline.ts";
import { deleteOnline } from "./delete-online.ts";

/** Carries out a deletion of keys in the store that its job is about (TIME T17) and ends the job. */
export async function runDelete(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  deletionId: bigint,
  lease: Lease,
): Promise<void> {
  const report = attempt.online
    ? await deleteOnline(context, attempt, deletionId, lease)
    : await deleteOffline(context, attempt, lease);
  await lease.confirm();
  await context.registry.housekeeping.finish(attempt.id, attempt.fence, report);
  context.failpoint("after-commit-2");
}
