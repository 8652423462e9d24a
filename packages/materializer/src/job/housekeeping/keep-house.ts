import { unreachable, type HousekeepingType } from "@tesela/core";
import type { ClaimedAttempt, HousekeepingReport } from "@tesela/registry";
import type { Lease } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { compileAttempt } from "../compiled-attempt.ts";
import { cleanOnline } from "./clean-online.ts";
import { collectFiles } from "./collect-files.ts";
import { compactFiles } from "./compact-files.ts";

/** Housekeeping that commits nothing: a rebuild goes the way of a commit. */
export type Chore = Exclude<HousekeepingType, "rebuild">;

/** Does a chore and ends its job. Done again after a crash it goes on where that was. */
export async function keepHouse(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  chore: Chore,
  lease: Lease,
): Promise<void> {
  const report = await doChore(context, attempt, chore, lease);
  await lease.confirm();
  await context.registry.housekeeping.finish(attempt.id, attempt.fence, report);
}

async function doChore(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  chore: Chore,
  lease: Lease,
): Promise<HousekeepingReport> {
  const policy = await context.registry.housekeeping.policyOf(attempt.jobId);
  switch (chore) {
    case "compact":
      return compactFiles(context, attempt, compileAttempt(attempt), policy, lease);
    case "collect":
      return collectFiles(context, attempt, policy, lease);
    case "cleanup":
      return cleanOnline(context, attempt, policy, lease);
    default:
      return unreachable(chore);
  }
}
