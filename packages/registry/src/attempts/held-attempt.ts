import { TeselaError, type AttemptState, type JobState, type JobType } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
import { isUuid } from "../database/uuid.ts";
import { lockGenerationWhere, type LockedGeneration } from "../ledger/lock-generation.ts";
import { jobCommitOf, type JobCommit } from "./commit-of-job.ts";

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
  /** What the job has committed, this attempt or one before it; `null` before commit 1. */
  readonly commit: JobCommit | null;
}

/**
 * Locks the job of an attempt and reads both; `null` where there is no such attempt, and where the job is none of those
 * that `where` tells, by what never changes of it.
 */
export async function lockAttempt(
  tx: Queries,
  attemptId: string,
  where: Statement = statement`true`,
): Promise<LockedAttempt | null> {
  if (!isUuid(attemptId)) return null;
  const locked = tx.first<LockedJob>(statement`
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
    where id = (select job_id from attempt where id = ${attemptId}) and ${where}
    for no key update`);
  // A statement of its own, so that it sees what was written while the one before it waited for the lock.
  const read = tx.first<AttemptRow>(statement`
    select
      attempt.id, attempt.number, attempt.fence, attempt.state,
      commit.id as "commitId",
      commit.seq as "commitSeq",
      commit.committed_at as "committedAt",
      commit.attempt_id as "committedBy",
      commit.rows as "committedRows",
      commit.rejected_rows as "rejectedRows"
    from attempt
    left join commit on commit.job_id = attempt.job_id
    where attempt.id = ${attemptId}`);
  const [job, row] = await Promise.all([locked, read]);
  return job === null || row === null ? null : { ...attemptOf(row), job };
}

/** An attempt beside the commit of its job. */
interface AttemptRow extends Pick<LockedAttempt, "id" | "number" | "fence" | "state"> {
  readonly commitId: bigint | null;
  readonly commitSeq: bigint;
  readonly committedAt: bigint;
  readonly committedBy: string;
  readonly committedRows: bigint;
  readonly rejectedRows: bigint;
}

function attemptOf({ commitId, ...row }: AttemptRow): Omit<LockedAttempt, "job"> {
  const { id, number, fence, state, commitSeq: seq, committedBy: attemptId, committedRows: rows } = row;
  const commit = commitId === null ? null : jobCommitOf({ ...row, id: commitId, seq, attemptId, rows });
  return { id, number, fence, state, commit };
}

/** Locks a running attempt. Throws `FENCED` unless it is the one that runs. */
export async function lockHeldAttempt(tx: Queries, attemptId: string, fence: number): Promise<LockedAttempt> {
  return running(await lockAttempt(tx, attemptId), attemptId, fence);
}

/** The attempt, if it is the one that runs. Throws `FENCED` otherwise. */
export function running(attempt: LockedAttempt | null, attemptId: string, fence: number): LockedAttempt {
  if (attempt !== null && attempt.fence === fence && attempt.state === "RUNNING") return attempt;
  throw fenced(attemptId, fence);
}

/** Locks the generation whose ledger an attempt writes, before its job is locked; `null` for no attempt. */
export async function lockGenerationOf(tx: Queries, attemptId: string): Promise<LockedGeneration | null> {
  if (!isUuid(attemptId)) return null;
  return lockGenerationWhere(
    tx,
    statement`id = (
      select job.generation_id
      from attempt
      join job on job.id = attempt.job_id
      where attempt.id = ${attemptId}
    )`,
  );
}

/** The generation whose ledger an attempt writes. Throws `FENCED` for no attempt. */
export async function generationOf(tx: Queries, attemptId: string, fence: number): Promise<number> {
  if (!isUuid(attemptId)) throw fenced(attemptId, fence);
  const row = await tx.first<{ id: number }>(statement`
    select job.generation_id as id
    from attempt
    join job on job.id = attempt.job_id
    where attempt.id = ${attemptId}`);
  if (row === null) throw fenced(attemptId, fence);
  return row.id;
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
