import type { Database } from "../database/database.ts";
import type { Notifications } from "../database/notifications.ts";
import { statement } from "../database/statement.ts";
import { isUuid } from "../database/uuid.ts";
import type { Task, TaskHeartbeat, Tasks } from "../types/task.ts";
import { createTask, endTask, expiredTasks } from "./task-statements.ts";
import { readTask } from "./task-row.ts";

/** Tasks in Postgres; leases and expiry run by the database's clock. */
export function createTasks(database: Database, notifications: Notifications): Tasks {
  const get = (taskId: string): Promise<Task> => readTask(database, taskId);
  return {
    create: async (task) => get(await createTask(database, task)),
    claim: async (taskId, workerId, leaseMs) =>
      (await claim(database, taskId, workerId, leaseMs)) ? get(taskId) : null,
    heartbeat: (taskId, workerId, beat) => heartbeat(database, taskId, workerId, beat),
    async complete(taskId, workerId, result) {
      await endTask(database, { taskId, workerId, state: "SUCCESS", result, error: null });
      return get(taskId);
    },
    async fail(taskId, workerId, error) {
      await endTask(database, { taskId, workerId, state: "FAILURE", result: null, error });
      return get(taskId);
    },
    get,
    waitForEnd: (taskId, timeoutMs, signal) =>
      notifications.waitFor(taskId, () => get(taskId), hasEnded, { timeoutMs, signal }),
    expired: (limit) => expiredTasks(database, limit),
    async remove(taskId) {
      if (isUuid(taskId)) await database.run(statement`delete from task where id = ${taskId}`);
    },
  };
}

function hasEnded({ state }: Task): boolean {
  return state === "SUCCESS" || state === "FAILURE";
}

async function claim(
  database: Database,
  taskId: string,
  workerId: string,
  leaseMs: number,
): Promise<boolean> {
  if (!isUuid(taskId)) return false;
  const count = await database.run(statement`
    update task
    set state = 'RUNNING',
      worker_id = ${workerId},
      lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    where id = ${taskId} and state = 'QUEUED' and expires_at > clock_timestamp()`);
  return count === 1;
}

async function heartbeat(
  database: Database,
  taskId: string,
  workerId: string,
  { leaseMs, progress }: TaskHeartbeat,
): Promise<boolean> {
  const noted = progress === undefined ? null : JSON.stringify(progress);
  const count = await database.run(statement`
    update task
    set lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond',
      progress = coalesce(${noted}::jsonb, progress)
    where id = ${taskId} and worker_id = ${workerId} and state = 'RUNNING'`);
  return count === 1;
}
