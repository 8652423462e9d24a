import { micros } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { Commit } from "../types/ledger.ts";

/** A job's commit and which attempt made it; a job has one at most. */
export interface JobCommit extends Commit {
  readonly attemptId: string;
}

/** The commit of a job, or `null` before commit 1. */
export async function commitOfJob(queries: Queries, jobId: string): Promise<JobCommit | null> {
  const row = await queries.first<CommitRow>(statement`
    select
      id, seq, rows,
      committed_at as "committedAt",
      attempt_id as "attemptId",
      rejected_rows as "rejectedRows"
    from commit
    where job_id = ${jobId}`);
  return row === null ? null : jobCommitOf(row);
}

/** What is read of a commit. */
export interface CommitRow {
  readonly id: bigint;
  readonly seq: bigint;
  readonly committedAt: bigint;
  readonly attemptId: string;
  readonly rows: bigint;
  readonly rejectedRows: bigint;
}

/** The commit of a row. */
export function jobCommitOf({ id, seq, committedAt, attemptId, rows, rejectedRows }: CommitRow): JobCommit {
  const counts = { rows: Number(rows), rejectedRows: Number(rejectedRows) };
  return { id, seq, committedAt: micros(committedAt), attemptId, ...counts };
}

/** A commit without who made it. */
export function withoutAttempt({ attemptId: _, ...commit }: JobCommit): Commit {
  return commit;
}
