import { pathTo, type WireJob, type WireJobState } from "@tesela/contract";
import { formatInstant, parseInstant, type AttemptState, type JobState } from "@tesela/core";
import type { Job, JobAttempt } from "@tesela/registry";

/** A poller takes every state that does not end in `RUNNING` for final: what may still go on is `RUNNING`. */
const jobStates: Readonly<Record<JobState, WireJobState>> = {
  PENDING: "MATERIALIZATION_TASK_STATUS_RUNNING",
  RUNNING: "MATERIALIZATION_TASK_STATUS_RUNNING",
  MANUAL_RETRY: "MATERIALIZATION_TASK_STATUS_RUNNING",
  MANUAL_CANCELLATION_REQUESTED: "MATERIALIZATION_TASK_STATUS_RUNNING",
  MANUALLY_CANCELLED: "MATERIALIZATION_TASK_STATUS_MANUALLY_CANCELLED",
  SUCCESS: "MATERIALIZATION_TASK_STATUS_SUCCESS",
  FAILURE: "MATERIALIZATION_TASK_STATUS_FAILURE",
};

const attemptStates: Readonly<Record<AttemptState, WireJobState>> = {
  RUNNING: "MATERIALIZATION_TASK_STATUS_RUNNING",
  SUCCESS: "MATERIALIZATION_TASK_STATUS_SUCCESS",
  FAILURE: "MATERIALIZATION_TASK_STATUS_FAILURE",
  CANCELLED: "MATERIALIZATION_TASK_STATUS_MANUALLY_CANCELLED",
  LOST: "MATERIALIZATION_TASK_STATUS_FAILURE",
};

/** A job as a published client reads it. */
export function wireJobOf(job: Job): WireJob {
  const runUrl = pathTo("getJob", { workspace: job.workspace, id: job.id });
  return {
    id: job.id,
    workspace: job.workspace,
    feature_view: job.featureView,
    job_type: job.type,
    state: jobStates[job.state],
    online: job.online,
    offline: job.offline,
    ...(job.startTime === null ? {} : { start_time: formatInstant(job.startTime) }),
    ...(job.endTime === null ? {} : { end_time: formatInstant(job.endTime) }),
    created_at: textOf(job.createdAt),
    updated_at: textOf(job.updatedAt),
    attempts: job.attempts.map((attempt) => wireAttemptOf(job, attempt, runUrl)),
  };
}

function wireAttemptOf(job: Job, attempt: JobAttempt, runUrl: string): WireJob["attempts"][number] {
  return {
    id: `${job.id}-${attempt.number}`,
    state: attemptStates[attempt.state],
    created_at: textOf(attempt.startedAt),
    updated_at: textOf(attempt.endedAt ?? job.updatedAt),
    run_url: runUrl,
  };
}

function textOf(date: Date): string {
  return formatInstant(parseInstant(date));
}
