import { setTimeout } from "node:timers/promises";
import { TeselaError } from "@tesela/core";
import { hideKeys, removeKeys } from "@tesela/online-store";
import type { ClaimedAttempt, HousekeepingReport } from "@tesela/registry";
import type { Lease } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { compileAttempt } from "../compiled-attempt.ts";

const POLL_MS = 100;
/** A push takes long at times: this job must not hold the worker meanwhile. */
const LONGEST_WAIT_MS = 30_000;

/**
 * Removes what the online store has of the keys of a deletion, which hides them already. Of a retired generation
 * nothing is served, and its clean-up removes all of it.
 */
export async function deleteOnline(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  deletionId: bigint,
  lease: Lease,
): Promise<HousekeepingReport> {
  const { onlineStore: store, registry } = context;
  const { workspaceId, generationId: generation } = attempt;
  if ((await registry.ledger.generation(generation)).retiredAt !== null) return { keys: 0 };
  const view = compileAttempt(attempt);
  const target = { store, view, workspaceId, generation };
  const deleted = await registry.deletions.onlineKeys(deletionId, view.joinKeys);
  // Whoever asked may have been told that the store did not answer.
  const stamps = registry.deletions;
  await hideKeys(target, deleted, { isCleaned: false, stamps });
  context.failpoint("after-hide");
  await waitForPushes(context, attempt, deletionId, lease);
  const remove = (): Promise<void> =>
    removeKeys(target, deleted, {
      signal: lease.signal,
      onKeys: (keys) => {
        context.failpoint("mid-remove");
        lease.report({ phase: "removing", fraction: keys / deleted.keys.length, rows: null });
      },
    });
  if (view.kind === "stream") {
    await registry.deletions.removeEvents(generation, deleted);
    await registry.streams.takeTurn(generation, remove, lease.signal);
  } else await remove();
  await lease.confirm();
  await hideKeys(target, deleted, { isCleaned: true, stamps });
  return { keys: deleted.keys.length };
}

/** A push that began before the deletion may bring the keys again; later ones know of it. */
async function waitForPushes(
  { registry }: WorkerContext,
  { generationId, viewName }: ClaimedAttempt,
  deletionId: bigint,
  lease: Lease,
): Promise<void> {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while (await registry.deletions.isPushOwed(generationId, deletionId)) {
    if (performance.now() > deadline) {
      throw new TeselaError("UNAVAILABLE", `A push of feature view "${viewName}" is still under way.`, {
        fix: "The keys are hidden already; they are removed when it has ended.",
      });
    }
    await setTimeout(POLL_MS, undefined, { signal: lease.signal });
  }
}
