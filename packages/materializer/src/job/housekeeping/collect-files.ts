import { attemptIdAt, generationFolder } from "@tesela/offline-store";
import type {
  ClaimedAttempt,
  FileCount,
  FoundFile,
  HousekeepingPolicy,
  HousekeepingReport,
} from "@tesela/registry";
import type { Lease } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";

const BATCH = 500;

/**
 * Removes what nothing needs of a generation. A file is doomed in the ledger first, then removed from the store
 * once no reader can have found it, then forgotten: whatever happens in between, the next run goes on from there.
 */
export async function collectFiles(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  policy: HousekeepingPolicy,
  lease: Lease,
): Promise<HousekeepingReport> {
  lease.report({ phase: "looking", fraction: null, rows: null });
  const doomed = await context.registry.housekeeping.doom(attempt.id, attempt.fence, policy);
  context.failpoint("after-doom");
  lease.report({ phase: "removing", fraction: null, rows: null });
  const removed = await removeDoomed(context, attempt, lease);
  const orphaned = await removeOrphans(context, attempt, lease);
  return {
    doomedFiles: doomed.files,
    doomedBytes: doomed.bytes,
    removedFiles: removed.files,
    removedBytes: removed.bytes,
    orphanedFiles: orphaned.files,
    orphanedBytes: orphaned.bytes,
  };
}

async function removeDoomed(
  { registry, offlineStore, failpoint }: WorkerContext,
  { generationId }: ClaimedAttempt,
  { signal }: Lease,
): Promise<FileCount> {
  const files = await registry.housekeeping.removable(generationId);
  for (const { id, path } of files) {
    signal.throwIfAborted();
    await offlineStore.delete(path, { signal });
    failpoint("mid-removal");
    await registry.housekeeping.forget([id]);
  }
  failpoint("after-removal");
  return countOf(files);
}

async function removeOrphans(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  lease: Lease,
): Promise<FileCount> {
  const { workspaceId, viewName, generationId: generation } = attempt;
  const folder = generationFolder({ workspaceId: String(workspaceId), viewName, generation });
  let found: (FoundFile & { readonly bytes: number })[] = [];
  const removed: { readonly bytes: number }[] = [];
  for await (const { path, bytes } of context.offlineStore.list(folder, { signal: lease.signal })) {
    const attemptId = attemptIdAt(path);
    if (attemptId !== null) found.push({ path, bytes, attemptId });
    if (found.length < BATCH) continue;
    removed.push(...(await removeFrom(context, found, lease)));
    found = [];
  }
  removed.push(...(await removeFrom(context, found, lease)));
  return countOf(removed);
}

async function removeFrom<File extends FoundFile>(
  { registry, offlineStore }: WorkerContext,
  found: readonly File[],
  { signal }: Lease,
): Promise<readonly File[]> {
  const orphans = new Set(await registry.housekeeping.orphans(found));
  for (const path of orphans) {
    signal.throwIfAborted();
    await offlineStore.delete(path, { signal });
  }
  return found.filter(({ path }) => orphans.has(path));
}

function countOf(files: readonly { readonly bytes: number }[]): FileCount {
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}
