import { TeselaError } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
import { isUuid } from "../database/uuid.ts";
import type { Task } from "../types/task.ts";

/** Reads a task. Throws `NOT_FOUND`. */
export async function readTask(queries: Queries, taskId: string): Promise<Task> {
  const task = isUuid(taskId) ? await queries.first<Task>(tasksWhere(statement`id = ${taskId}`)) : null;
  if (task === null) throw new TeselaError("NOT_FOUND", `There is no task "${taskId}".`);
  return task;
}

/** Reads the tasks that a condition tells; its rows are `Task`s. */
export function tasksWhere(condition: Statement): Statement {
  return statement`
    select
      id, kind, payload, state, fence, progress, result, error,
      workspace_id as "workspaceId",
      owner_key_id as "ownerKeyId",
      worker_id as "workerId",
      created_at as "createdAt",
      updated_at as "updatedAt",
      expires_at as "expiresAt"
    from task
    where ${condition}`;
}
