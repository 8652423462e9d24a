import type { Attempt, Job } from "@tesela/contract";
import type { JobType } from "@tesela/core";
import type { FrameValue } from "../frame/frame-value.ts";
import { attemptRows, isFailed, StatusTable, type StatusOptions } from "./status-table.ts";

/** How to show the status of materialization: `limit` counts jobs, `verbose` adds ids, stores, workers, times, rows. */
export type MaterializationStatusOptions = StatusOptions;

const COLUMNS = [
  "TYPE",
  "WINDOW_START_TIME",
  "WINDOW_END_TIME",
  "STATUS",
  "ATTEMPT_NUMBER",
  "JOB_CREATED_AT",
  "JOB_LOGS",
] as const;
const MORE = [
  "JOB_ID",
  "JOB_STATE",
  "TRIGGER",
  "ONLINE",
  "OFFLINE",
  "OVERWRITE",
  "PHASE",
  "FRACTION",
  "ROWS",
  "BYTES",
  "ATTEMPT_STARTED_AT",
  "ATTEMPT_ENDED_AT",
  "WORKER_ID",
  "RETRY_AT",
] as const;
const NUMBERS: ReadonlySet<string> = new Set(["ATTEMPT_NUMBER", "FRACTION", "ROWS", "BYTES"]);

/** A row of the status: one attempt of a job, or a job that waits for its first. */
export type MaterializationStatusRow = Readonly<Record<(typeof COLUMNS)[number], FrameValue>> &
  Readonly<Partial<Record<(typeof MORE)[number], FrameValue>>>;

/** The types of jobs that bring rows into a view; the others have a status of their own. */
const MATERIALIZING: ReadonlySet<JobType> = new Set(["batch", "ingest"]);

/** The status of materialization as rows, one for each attempt; it prints as a table. */
export class MaterializationStatus extends StatusTable<MaterializationStatusRow> {
  constructor(jobs: readonly Job[], options: MaterializationStatusOptions) {
    const rows = jobs.flatMap((job) => attemptRows(job, rowOf));
    super(rows, { always: COLUMNS, more: MORE, numbers: NUMBERS }, options);
  }
}

/** The status of the newest of some jobs, which come newest first; the others are not asked for. */
export async function materializationStatusOf(
  jobs: AsyncIterable<Job>,
  options: MaterializationStatusOptions,
): Promise<MaterializationStatus> {
  const { limit = 1_000, errorsOnly = false } = options;
  const shown: Job[] = [];
  if (limit > 0) {
    for await (const job of jobs) {
      if (MATERIALIZING.has(job.type) && (!errorsOnly || hasFailed(job))) shown.push(job);
      if (shown.length >= limit) break;
    }
  }
  return new MaterializationStatus(shown, options);
}

function hasFailed(job: Job): boolean {
  return attemptRows(job, rowOf).some(isFailed);
}

function rowOf(job: Job, attempt: Attempt | null): MaterializationStatusRow {
  const isLast = attempt === null || attempt === job.attempts.at(-1);
  const { phase, fraction, rows, bytes } = job.progress;
  const error = attempt === null ? job.error : attempt.error;
  return {
    TYPE: job.type.toUpperCase(),
    WINDOW_START_TIME: job.startTime,
    WINDOW_END_TIME: job.endTime,
    STATUS: attempt?.state ?? job.state,
    ATTEMPT_NUMBER: attempt?.number ?? null,
    JOB_CREATED_AT: job.createdAt,
    JOB_LOGS: error === null ? null : `${error.code}: ${error.message}`,
    JOB_ID: job.id,
    JOB_STATE: job.state,
    TRIGGER: job.trigger,
    ONLINE: job.online,
    OFFLINE: job.offline,
    OVERWRITE: job.overwrite,
    PHASE: isLast ? phase : null,
    FRACTION: isLast ? fraction : null,
    ROWS: attempt?.rows ?? (isLast ? rows : null),
    BYTES: isLast ? bytes : null,
    ATTEMPT_STARTED_AT: attempt?.startedAt ?? null,
    ATTEMPT_ENDED_AT: attempt?.endedAt ?? null,
    WORKER_ID: attempt?.workerId ?? null,
    RETRY_AT: isLast ? job.retryAt : null,
  };
}
