import { TeselaError, type AttemptState, type JobState, type JobType } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { isUuid } from "../database/uuid.ts";

/** A job under lock. */
export interface LockedJob {
  readonly id: string;
  readonly workspaceId: number;
  readonly generationId: number;
  readonly viewName: string;
  readonly type: JobType;
  /** The upload that an ingest reads, the deletion that a delete carries out; `null` for other jobs. */
  readonly input: string | null;
  readonly state: JobState;
  /** `null` in an ingest before commit 1. */
  readonly startTime: bigint | null;
  readonly endTime: bigint | null;
  readonly online: boolean;
  readonly offline: boolean;
  readonly overwrite: boolean;
  readonly useManagedRetries: boolean;
}

/** An attempt whose job is under lock; every change of an attempt's state happens under that lock. */
export interface LockedAttempt {
  readonly id: string;
  readonly number: number;
  readonly fence: number;
  readonly state: AttemptState | null;
  readonly job: LockedJob;
}

/** Locks the job of an attempt and reads both; `null` where there is no such attempt. */
export async function lockAttempt(tx: Queries, attemptId: string): Promise<LockedAttempt | null> {
  if (!isUuid(attemptId)) return null;
  const job = await tx.first<LockedJob>(statement`
    select
      id,
      workspace_id as "workspaceId",
      generation_id as "generationId",
      view_name as "viewName",
      type,
      input,
      state,
      start_time as "startTime",
      end_time as "endTime",
      online,
      offline,
      overwrite,
      use_managed_retries as "useManagedRetries"
    from job
    where id = (select job_id from attempt where id = ${attemptId})
    for no key update`);
  if (job === null) return null;
  // A statement of its own, so that it sees what was written while this one waited for the lock.
  const attempt = await tx.first<Omit<LockedAttempt, "job">>(statement`
    select id, number, fence, state
    from attempt
    where id = ${attemptId}`);
  return attempt === null ? null : { ...attempt, job };
}

/** Locks a running attempt. Throws `FENCED` unless it is the one that runs. */
export async function lockHeldAttempt(tx: Queries, attemptId: string, fence: number): Promise<LockedAttempt> {
  const attempt = await lockAttempt(tx, attemptId);
  if (attempt !== null && attempt.fence === fence && attempt.state === "RUNNING") return attempt;
  throw fenced(attemptId, fence);
}

/** The generation whose ledger an attempt writes; it is locked before the job. Throws `FENCED` for no attempt. */
export async function generationOf(tx: Queries, attemptId: string, fence: number): Promise<number> {
  const id = await findGenerationOf(tx, attemptId);
  if (id === null) throw fenced(attemptId, fence);
  return id;
}

/** The generation whose ledger an attempt writes; `null` for no attempt. */
export async function findGenerationOf(tx: Queries, attemptId: string): Promise<number | null> {
  if (!isUuid(attemptId)) return null;
  const row = await tx.first<{ id: number }>(statement`
    select job.generation_id as id
    from attempt
    join job on job.id = attempt.job_id
    where attempt.id = ${attemptId}`);
  return row?.id ?? null;
}

function fenced(attemptId: string, fence: number): TeselaError {
  return new TeselaError(
    "FENCED",
    `Attempt ${attemptId} (fence ${fence}) is not, or no longer, the one that runs.`,
    {
      fix: "Stop the work: another attempt has taken over, or the job has ended.",
    },
  );
}
