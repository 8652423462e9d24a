import { retrievalTaskSchema } from "@tesela/contract";
import type { ApiKey, Task } from "@tesela/registry";
import { isAborted } from "../jobs/wait.ts";
import type { Services } from "../services.ts";

const SECOND_MS = 1_000;

/** What is to be read, of which workspace, and who may see what comes of it. */
export interface RetrievalTask {
  readonly workspaceId: number;
  readonly payload: unknown;
  readonly key: ApiKey | null;
}

/** Makes a task that reads history; it waits for a worker as long as it takes. */
export async function createRetrievalTask(
  { registry, dispatcher, limits, metrics }: Services,
  { workspaceId, payload, key }: RetrievalTask,
): Promise<Task> {
  const task = await registry.tasks.create({
    kind: "retrieval",
    workspaceId,
    payload: retrievalTaskSchema.parse(payload),
    ownerKeyId: key?.id ?? null,
    expiresInMs: limits.retrievalTtlMs,
  });
  metrics.countTask("retrieval");
  await dispatcher.dispatchTask(task);
  return task;
}

/** The task once it has ended, or as it is when the time is over, the server stops, or the client has gone. */
export async function waitForRetrievalTask(
  { registry }: Pick<Services, "registry">,
  task: Task,
  { query, signal }: { readonly query: { readonly waitSeconds: number }; readonly signal: AbortSignal },
): Promise<Task> {
  const isEnded = task.state === "SUCCESS" || task.state === "FAILURE";
  if (isEnded || query.waitSeconds === 0) return task;
  try {
    return await registry.tasks.waitForEnd(task.id, query.waitSeconds * SECOND_MS, signal);
  } catch (error) {
    if (!isAborted(error, signal)) throw error;
    return registry.tasks.get(task.id);
  }
}
