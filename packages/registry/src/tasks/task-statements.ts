import { TeselaError } from "@tesela/core";
import type { Database } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { NewTask, Task, TaskError } from "../types/task.ts";
import { tasksWhere } from "./task-row.ts";

/** How a task ends. */
export interface TaskEnd {
  readonly taskId: string;
  readonly workerId: string;
  readonly state: "SUCCESS" | "FAILURE";
  readonly result: unknown;
  readonly error: TaskError | null;
}

/** Inserts a task; gives its id. */
export async function createTask(
  database: Database,
  { kind, workspaceId, payload, ownerKeyId, expiresInMs }: NewTask,
): Promise<string> {
  const row = await database.first<{ id: string }>(statement`
    insert into task (kind, workspace_id, payload, owner_key_id, expires_at)
    values (
      ${kind}, ${workspaceId}, ${JSON.stringify(payload)}::jsonb, ${ownerKeyId},
      clock_timestamp() + ${expiresInMs} * interval '1 millisecond'
    )
    returning id`);
  return row!.id;
}

/** Ends a task. Throws `FENCED` unless it is this worker's. */
export async function endTask(database: Database, end: TaskEnd): Promise<void> {
  const count = await database.run(statement`
    update task
    set state = ${end.state},
      result = ${end.state === "SUCCESS" ? JSON.stringify(end.result ?? null) : null}::jsonb,
      error = ${end.error === null ? null : JSON.stringify(end.error)}::jsonb,
      lease_until = null
    where id = ${end.taskId} and worker_id = ${end.workerId} and state = 'RUNNING'`);
  if (count === 1) return;
  throw new TeselaError("FENCED", `Task ${end.taskId} is not, or no longer, worker ${end.workerId}'s.`, {
    fix: "Stop the work: another worker has taken over, or the task has ended.",
  });
}

/** The tasks whose time is over and that nobody works on, the first ones first. */
export function expiredTasks(database: Database, limit: number): Promise<Task[]> {
  const isExpired = statement`state <> 'RUNNING' and expires_at <= clock_timestamp()`;
  return database.rows<Task>(statement`${tasksWhere(isExpired)} order by expires_at limit ${limit}`);
}
