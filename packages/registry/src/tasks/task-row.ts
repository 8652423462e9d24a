import { TeselaError } from "@tesela/core";
import type { Prisma } from "../database/prisma.ts";
import { isUuid } from "../database/uuid.ts";
import type { Progress } from "../types/job.ts";
import type { Task, TaskError, TaskKind, TaskState } from "../types/task.ts";

type TaskRow = Awaited<ReturnType<Prisma["task"]["findFirstOrThrow"]>>;

/** The task of a row. */
export function taskOf(row: TaskRow): Task {
  return {
    id: row.id,
    kind: row.kind as TaskKind,
    workspaceId: row.workspaceId,
    payload: row.payload,
    ownerKeyId: row.ownerKeyId,
    state: row.state as TaskState,
    fence: row.fence,
    workerId: row.workerId,
    progress: row.progress as unknown as Progress | null,
    result: row.result,
    error: row.error as unknown as TaskError | null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    expiresAt: row.expiresAt,
  };
}

/** Reads a task. Throws `NOT_FOUND`. */
export async function readTask(prisma: Prisma, taskId: string): Promise<Task> {
  const row = isUuid(taskId) ? await prisma.task.findUnique({ where: { id: taskId } }) : null;
  if (row === null) throw new TeselaError("NOT_FOUND", `There is no task "${taskId}".`);
  return taskOf(row);
}
