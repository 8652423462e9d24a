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
  const row = await queries.first<{
    id: bigint;
    seq: bigint;
    committedAt: bigint;
    attemptId: string;
  }>(statement`
    select id, seq, committed_at as "committedAt", attempt_id as "attemptId"
    from commit
    where job_id = ${jobId}`);
  return row === null ? null : { ...row, committedAt: micros(row.committedAt) };
}

/** A commit without who made it. */
export function withoutAttempt({ id, seq, committedAt }: JobCommit): Commit {
  return { id, seq, committedAt };
}
