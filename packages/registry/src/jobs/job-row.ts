import {
  isErrorCode,
  micros,
  TeselaError,
  type AttemptState,
  type JobState,
  type JobTrigger,
  type JobType,
} from "@tesela/core";
import type { Prisma } from "../database/prisma.ts";
import { isUuid } from "../database/uuid.ts";
import type { AttemptRef, Failure, Job, JobAttempt } from "../types/job.ts";

/** What is read with a job. */
export const withAttempts = {
  workspace: { select: { name: true } },
  attempts: { orderBy: { number: "asc" } },
  commit: { select: { rejectedRows: true } },
} as const;

type AttemptRow = Awaited<ReturnType<Prisma["attempt"]["findFirstOrThrow"]>>;
type JobRow = Awaited<ReturnType<Prisma["job"]["findFirstOrThrow"]>> & {
  readonly workspace: { readonly name: string };
  readonly attempts: readonly AttemptRow[];
  readonly commit: { readonly rejectedRows: bigint } | null;
};

/** The job of a row. */
export function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    workspace: row.workspace.name,
    featureView: row.viewName,
    type: row.type as JobType,
    trigger: row.trigger as JobTrigger,
    state: row.state as JobState,
    startTime: row.startTime === null ? null : micros(row.startTime),
    endTime: row.endTime === null ? null : micros(row.endTime),
    online: row.online,
    offline: row.offline,
    overwrite: row.overwrite,
    useManagedRetries: row.useManagedRetries,
    requestedBy: row.requestedBy,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    retryAt: row.retryAt,
    attempts: row.attempts.flatMap(startedAttempt),
    progress: {
      phase: row.phase,
      fraction: row.progressFraction,
      rows: row.progressRows === null ? null : Number(row.progressRows),
      bytes: row.progressBytes === null ? null : Number(row.progressBytes),
    },
    rejectedRows: row.commit === null ? null : Number(row.commit.rejectedRows),
    error: failureOf(row.errorCode, row.errorMessage),
    waitingAttempt: waitingAttempt(row.attempts),
  };
}

/** An attempt that was never claimed is not shown. */
function startedAttempt(row: AttemptRow): JobAttempt[] {
  if (row.state === null || row.startedAt === null || row.workerId === null) return [];
  return [
    {
      number: row.number,
      state: row.state as AttemptState,
      startedAt: row.startedAt,
      endedAt: row.endedAt,
      error: failureOf(row.errorCode, row.errorMessage),
      workerId: row.workerId,
      rows: row.rows === null ? null : Number(row.rows),
    },
  ];
}

function waitingAttempt(rows: readonly AttemptRow[]): AttemptRef | null {
  const waiting = rows.find((row) => row.state === null);
  return waiting === undefined ? null : { id: waiting.id, fence: waiting.fence };
}

function failureOf(code: string | null, message: string | null): Failure | null {
  return isErrorCode(code) ? { code, message: message ?? "" } : null;
}

/** Reads a job, of any workspace unless one is given. Throws `NOT_FOUND`. */
export async function readJob(prisma: Prisma, jobId: string, workspaceId?: number): Promise<Job> {
  const where = workspaceId === undefined ? { id: jobId } : { id: jobId, workspaceId };
  const row = isUuid(jobId) ? await prisma.job.findFirst({ where, include: withAttempts }) : null;
  if (row === null) throw jobNotFound(jobId);
  return jobOf(row);
}

/** The error for a job that is not there. */
export function jobNotFound(jobId: string): TeselaError {
  return new TeselaError("NOT_FOUND", `There is no job "${jobId}" in this workspace.`, {
    fix: "List the jobs to see those that there are.",
  });
}
