import { micros, TeselaError, type EpochMicros } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { stateAfter } from "../jobs/state-after.ts";
import { lockGeneration, type LockedGeneration } from "../ledger/lock-generation.ts";
import { makeLive } from "../ledger/make-live.ts";
import type { Commit, NewCommit, NewFile } from "../types/ledger.ts";
import { commitOfJob, withoutAttempt } from "./commit-of-job.ts";
import { generationOf, lockHeldAttempt, type LockedAttempt } from "./held-attempt.ts";

/** Commit 1 of an attempt, at an instant of the platform clock. */
export async function commitFiles(
  tx: Queries,
  attemptId: string,
  fence: number,
  commit: NewCommit,
  now: EpochMicros,
): Promise<Commit> {
  const generation = await lockGeneration(tx, await generationOf(tx, attemptId, fence));
  const attempt = await lockHeldAttempt(tx, attemptId, fence);
  const earlier = await commitOfJob(tx, attempt.job.id);
  if (earlier?.attemptId === attemptId) return withoutAttempt(earlier);
  if (earlier !== null) throw committedAlready(attempt);
  const state = stateAfter(attempt.job, "publish");
  const made = await insertCommit(tx, generation, attempt, commit, now);
  await insertFiles(tx, made.id, commit.files);
  if (attempt.job.offline) await makeLive(tx, liveRange(attempt, made));
  await tx.run(statement`update attempt set rows = ${commit.rows} where id = ${attemptId}`);
  await tx.run(statement`update job set state = ${state}, phase = 'publishing' where id = ${attempt.job.id}`);
  return made;
}

function liveRange({ job }: LockedAttempt, { id, seq }: Commit) {
  const range = { start: micros(job.startTime), end: micros(job.endTime) };
  return {
    generationId: job.generationId,
    store: "offline" as const,
    range,
    jobId: job.id,
    commitId: id,
    seq,
  };
}

async function insertCommit(
  tx: Queries,
  { id: generationId, lastCommitSeq, lastCommittedAt }: LockedGeneration,
  { id: attemptId, job }: LockedAttempt,
  { rows, rejectedRows, sourceFingerprint }: NewCommit,
  now: EpochMicros,
): Promise<Commit> {
  const seq = lastCommitSeq + 1n;
  // TIME T14: strictly increasing, also while the platform clock stands still or was set back.
  const committedAt = lastCommittedAt !== null && now <= lastCommittedAt ? micros(lastCommittedAt + 1n) : now;
  await tx.run(statement`
    update view_generation
    set last_commit_seq = ${seq}, last_committed_at = ${committedAt}
    where id = ${generationId}`);
  const row = await tx.first<{ id: bigint }>(statement`
    insert into commit (
      generation_id, seq, job_id, attempt_id, start_time, end_time, online, rows, rejected_rows,
      source_fingerprint, committed_at
    )
    values (
      ${generationId}, ${seq}, ${job.id}, ${attemptId}, ${job.startTime}, ${job.endTime}, ${job.online},
      ${rows}, ${rejectedRows}, ${sourceFingerprint}, ${committedAt}
    )
    returning id`);
  return { id: row!.id, seq, committedAt };
}

async function insertFiles(tx: Queries, commitId: bigint, files: readonly NewFile[]): Promise<void> {
  await tx.run(statement`
    insert into file (commit_id, path, bytes, rows, min_time, max_time, sha256)
    select ${commitId}::bigint, path, bytes, rows, min_time, max_time, sha256
    from unnest(
      ${files.map((file) => file.path)}::text[],
      ${files.map((file) => file.bytes)}::bigint[],
      ${files.map((file) => file.rows)}::bigint[],
      ${files.map((file) => file.minTime)}::bigint[],
      ${files.map((file) => file.maxTime)}::bigint[],
      ${files.map((file) => file.sha256 ?? null)}::text[]
    ) as file (path, bytes, rows, min_time, max_time, sha256)`);
}

function committedAlready({ job }: LockedAttempt): TeselaError {
  return new TeselaError("CONFLICT", `An earlier attempt of job ${job.id} has committed its files already.`, {
    fix: "Repeat only the push of that commit.",
  });
}
