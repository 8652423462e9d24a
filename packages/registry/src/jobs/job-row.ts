import {
  isErrorCode,
  micros,
  TeselaError,
  type AttemptState,
  type JobState,
  type JobTrigger,
  type JobType,
} from "@tesela/core";
import type { AttemptRef, Failure, Job, JobAttempt } from "../types/job.ts";

/** What is read with a job. */
export const withAttempts = {
  workspace: { select: { name: true } },
  attempts: { orderBy: { number: "asc" } },
  commit: { select: { rejectedRows: true } },
} as const;

/** What is read of an attempt to show it. */
export interface AttemptRow {
  readonly id: string;
  readonly number: number;
  readonly fence: number;
  readonly state: string | null;
  readonly workerId: string | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly rows: bigint | null;
}

/** What is read of a job to show it, with its attempts in order. */
export interface JobRow {
  readonly id: string;
  readonly viewName: string;
  readonly type: string;
  readonly trigger: string;
  readonly state: string;
  readonly startTime: bigint | null;
  readonly endTime: bigint | null;
  readonly online: boolean;
  readonly offline: boolean;
  readonly overwrite: boolean;
  readonly useManagedRetries: boolean;
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly retryAt: Date | null;
  readonly phase: string;
  readonly progressFraction: number | null;
  readonly progressRows: bigint | null;
  readonly progressBytes: bigint | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly workspace: { readonly name: string };
  readonly attempts: readonly AttemptRow[];
  readonly commit: { readonly rejectedRows: bigint } | null;
}

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

/** The error for a job that is not there. */
export function jobNotFound(jobId: string): TeselaError {
  return new TeselaError("NOT_FOUND", `There is no job "${jobId}" in this workspace.`, {
    fix: "List the jobs to see those that there are.",
  });
}
