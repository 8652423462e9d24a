import { setTimeout } from "node:timers/promises";
import { TeselaError } from "@tesela/core";
import { attemptIdAt, viewFolder } from "@tesela/offline-store";
import type { ClaimedAttempt } from "@tesela/registry";
import type { Lease } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";

const POLL_MS = 200;
/** A reader may take long: this job must not hold the worker meanwhile. */
const LONGEST_WAIT_MS = 30_000;

/**
 * Removes the files that others have taken the place of, as soon as no reader can need them, and what attempts that
 * have ended left behind; gives how many. Throws `UNAVAILABLE`, to be tried again, while readers need some.
 */
export async function removeReplaced(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  lease: Lease,
): Promise<number> {
  const { deletions } = context.registry;
  const { workspaceId, viewName } = attempt;
  const newest = await deletions.newest(workspaceId, viewName);
  const deadline = performance.now() + LONGEST_WAIT_MS;
  let removed = await removeOrphans(context, attempt, lease.signal);
  for (;;) {
    removed += await removeUnread(context, attempt, lease.signal);
    if ((await deletions.countReplaced(workspaceId, viewName, newest)) === 0) return removed;
    if (performance.now() > deadline) throw stillRead(attempt);
    await setTimeout(POLL_MS, undefined, { signal: lease.signal });
  }
}

async function removeUnread(
  { registry, offlineStore, failpoint }: WorkerContext,
  { workspaceId, viewName }: ClaimedAttempt,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (const generationId of await registry.deletions.generationsOf(workspaceId, viewName)) {
    for (const { id, path } of await registry.housekeeping.removable(generationId)) {
      await offlineStore.delete(path, { signal });
      failpoint("mid-remove");
      await registry.housekeeping.forget([id]);
      removed++;
    }
  }
  return removed;
}

async function removeOrphans(
  { registry, offlineStore }: WorkerContext,
  { workspaceId, viewName }: ClaimedAttempt,
  signal: AbortSignal,
): Promise<number> {
  const found: { path: string; attemptId: string }[] = [];
  for await (const { path } of offlineStore.list(viewFolder(String(workspaceId), viewName), { signal })) {
    const attemptId = attemptIdAt(path);
    if (attemptId !== null) found.push({ path, attemptId });
  }
  const orphans = await registry.housekeeping.orphans(found);
  for (const path of orphans) await offlineStore.delete(path, { signal });
  return orphans.length;
}

function stillRead({ viewName }: ClaimedAttempt): TeselaError {
  const message = `Files of feature view "${viewName}" that hold deleted keys are still being read.`;
  return new TeselaError("UNAVAILABLE", message, {
    fix: "Nothing shows the keys any more; the files go when their readers have ended.",
  });
}
