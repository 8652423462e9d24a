import { retrievalTaskSchema } from "@tesela/contract";
import { SERVED_LOGS } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import { originOf, SPINE_FOLDER, spineIdAt } from "../historical/spine-id.ts";
import { sweepServed } from "../served-log/retention.ts";
import type { Services } from "../services.ts";

const BATCH = 100;

/**
 * Removes what has expired: results of retrievals, tasks, spines, served vectors. Doing it again, or at once twice, is
 * fine.
 */
export async function cleanUp(services: Services, signal: AbortSignal): Promise<void> {
  await removeTasks(services, signal);
  await removeSpines(services, signal);
  await removeServed(services, signal);
}

/** Of several control planes one at a time, now and then: a log of weeks has many files to list. */
async function removeServed(services: Services, signal: AbortSignal): Promise<void> {
  const { registry, housekeeping } = services;
  const isOurTurn = await registry.housekeeping.takeTurn("served-log", housekeeping.servedLogLookMs);
  if (isOurTurn) await sweepServed(services, { folder: SERVED_LOGS, isDryRun: false }, signal);
}

async function removeTasks(services: Services, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const tasks = await services.registry.tasks.expired(BATCH);
    for (const task of tasks) await removeTask(services, task);
    if (tasks.length < BATCH) return;
  }
}

async function removeTask({ registry, offlineStore }: Services, task: Task): Promise<void> {
  if (task.kind === "retrieval") {
    await offlineStore.delete(retrievalTaskSchema.parse(task.payload).resultPath);
  }
  await registry.tasks.remove(task.id);
}

/**
 * A read that was asked for in the last moment still needs its spine: it goes when such a read has expired. An
 * ingest may be tried again for longer: what it reads stays until it has ended.
 */
async function removeSpines(
  { registry, offlineStore, limits }: Services,
  signal: AbortSignal,
): Promise<void> {
  const keptMs = limits.spineTtlMs + limits.retrievalTtlMs;
  for await (const { path } of offlineStore.list(SPINE_FOLDER, { signal })) {
    const id = spineIdAt(path);
    const origin = id === null ? null : originOf(id);
    if (origin === null || origin.createdAtMs + keptMs > Date.now()) continue;
    if (!(await registry.jobs.isInputNeeded(path))) await offlineStore.delete(path);
  }
}
