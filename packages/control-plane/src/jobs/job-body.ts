import type { Attempt, Job as JobBody } from "@tesela/contract";
import { formatInstant, parseInstant } from "@tesela/core";
import type { Failure, Job, JobAttempt } from "@tesela/registry";

/** A job as a client sees it. */
export function jobBodyOf(job: Job): JobBody {
  return {
    id: job.id,
    featureView: job.featureView,
    workspace: job.workspace,
    type: job.type,
    trigger: job.trigger,
    state: job.state,
    startTime: job.startTime === null ? null : formatInstant(job.startTime),
    endTime: job.endTime === null ? null : formatInstant(job.endTime),
    online: job.online,
    offline: job.offline,
    overwrite: job.overwrite,
    useManagedRetries: job.useManagedRetries,
    createdAt: textOf(job.createdAt),
    updatedAt: textOf(job.updatedAt),
    retryAt: job.retryAt === null ? null : textOf(job.retryAt),
    attempts: job.attempts.map(attemptBodyOf),
    progress: { ...job.progress },
    rejectedRows: job.rejectedRows,
    error: failureOf(job.error),
  };
}

function attemptBodyOf(attempt: JobAttempt): Attempt {
  return {
    number: attempt.number,
    state: attempt.state,
    startedAt: textOf(attempt.startedAt),
    endedAt: attempt.endedAt === null ? null : textOf(attempt.endedAt),
    error: failureOf(attempt.error),
    workerId: attempt.workerId,
    rows: attempt.rows,
  };
}

function failureOf(failure: Failure | null): JobBody["error"] {
  return failure === null ? null : { code: failure.code, message: failure.message };
}

function textOf(date: Date): string {
  return formatInstant(parseInstant(date));
}
