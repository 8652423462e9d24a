import { problemOf, retrievalResultSchema, retrievalTaskSchema, type Retrieval } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { ApiKey, Registry, Task, TaskState } from "@tesela/registry";
import { errorOfTask } from "../operations/task-error.ts";

/** The states of a task as a client knows them. */
export const STATE_OF: Readonly<Record<TaskState, Retrieval["state"]>> = {
  QUEUED: "PENDING",
  RUNNING: "RUNNING",
  SUCCESS: "SUCCESS",
  FAILURE: "FAILURE",
};

/** Tasks that are asked about by operations of their own. */
const OTHERS: ReadonlySet<string> = new Set(["explain", "verifyKeys", "consistency", "keepServed"]);

/** A retrieval as a client sees it; `requestId` is that of the request that asks now. */
export function retrievalBodyOf(task: Task, requestId: string): Retrieval {
  return {
    id: task.id,
    state: STATE_OF[task.state],
    progress: task.progress === null ? null : { ...task.progress },
    result: task.state === "SUCCESS" ? retrievalResultSchema.parse(task.result) : null,
    error: task.error === null ? null : problemOf(errorOfTask(task.error), requestId),
  };
}

/**
 * The retrieval of an id, for the key that asked for it or an admin. Throws `NOT_FOUND` when the workspace has
 * none, `FORBIDDEN` for other keys, `EXPIRED` when its time is over.
 */
export async function readRetrieval(
  { tasks, workspaces }: Pick<Registry, "tasks" | "workspaces">,
  parameters: { readonly workspace: string; readonly id: string },
  key: ApiKey | null,
): Promise<Task> {
  const task = await ownTask({ tasks, workspaces }, parameters, key);
  if (OTHERS.has(retrievalTaskSchema.parse(task.payload).kind)) throw unknown(parameters.id);
  return task;
}

/** The task of an id, of whatever it reads; throws as `readRetrieval` does. */
export async function ownTask(
  { tasks, workspaces }: Pick<Registry, "tasks" | "workspaces">,
  parameters: { readonly workspace: string; readonly id: string },
  key: ApiKey | null,
): Promise<Task> {
  const { id: workspaceId } = await workspaces.get(parameters.workspace);
  const task = await tasks.get(parameters.id);
  if (task.workspaceId !== workspaceId || task.kind !== "retrieval") throw unknown(parameters.id);
  if (key?.role !== "admin" && task.ownerKeyId !== key?.id) throw forbidden(parameters.id);
  if (task.expiresAt.getTime() <= Date.now()) throw expired(parameters.id);
  return task;
}

function unknown(id: string): TeselaError {
  return new TeselaError("NOT_FOUND", `There is no historical read "${id}" in the workspace.`);
}

function forbidden(id: string): TeselaError {
  return new TeselaError("FORBIDDEN", `Historical read "${id}" was asked for with another API key.`, {
    fix: "Use the key that asked for it, or an admin key.",
  });
}

function expired(id: string): TeselaError {
  return new TeselaError("EXPIRED", `The time of historical read "${id}" is over.`, { fix: "Ask again." });
}
