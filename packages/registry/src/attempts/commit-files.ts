import { micros, TeselaError, type EpochMicros, type JobState, type TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { cleanLateFiles } from "../deletions/clean-late-files.ts";
import { stateAfter } from "../jobs/state-after.ts";
import { insertFile } from "../ledger/insert-file.ts";
import type { LockedGeneration } from "../ledger/lock-generation.ts";
import { makeLiveAtOnce, replaceLive } from "../ledger/make-live.ts";
import { reserve } from "../ledger/reserve.ts";
import type { Commit, NewCommit, NewFile } from "../types/ledger.ts";
import { withoutAttempt } from "./commit-of-job.ts";
import { lockAttempt, lockGenerationOf, running, type LockedAttempt } from "./held-attempt.ts";

/** Commit 1 of an attempt, at an instant of the platform clock. It is the end of a job that owes no push. */
export async function commitFiles(
  tx: Queries,
  attemptId: string,
  fence: number,
  commit: NewCommit,
  now: EpochMicros,
): Promise<Commit> {
  // Locks come in the order generation, job.
  const locks = [lockGenerationOf(tx, attemptId), lockAttempt(tx, attemptId)] as const;
  const [generation, locked] = await Promise.all(locks);
  const earlier = locked?.commit ?? null;
  const isEnded = locked?.state === "SUCCESS" && locked.fence === fence;
  const attempt = isEnded ? locked : running(locked, attemptId, fence);
  if (earlier?.attemptId === attemptId) return withoutAttempt(earlier);
  if (earlier !== null) throw committedAlready(attempt);
  if (attempt.job.type === "ingest") await reserveIngested(tx, attempt, commit.ranges ?? []);
  return writeCommit(tx, generation!, attempt, commit, now);
}

async function writeCommit(
  tx: Queries,
  generation: LockedGeneration,
  attempt: LockedAttempt,
  commit: NewCommit,
  now: EpochMicros,
): Promise<Commit> {
  const { job } = attempt;
  const state = stateAfter(job, "publish");
  const [made, , isLive] = await Promise.all([
    insertCommit(tx, generation, attempt, commit, now),
    job.online
      ? publish(tx, attempt, state, commit)
      : succeed(tx, attempt, stateAfter({ ...job, state }, "succeed"), commit),
    !job.offline || makeLiveAtOnce(tx, "offline", job, nextSeq(generation)),
  ]);
  await insertFiles(tx, made.id, commit.files);
  await cleanLateFiles(tx, job, commit.files);
  if (!isLive) await replaceLive(tx, "offline", job, made);
  return made;
}

function nextSeq({ lastCommitSeq }: LockedGeneration): bigint {
  return lastCommitSeq + 1n;
}

function publish(
  tx: Queries,
  { id, job }: LockedAttempt,
  state: JobState,
  { rows, files }: NewCommit,
): Promise<number> {
  return tx.run(statement`
    with written as (update attempt set rows = ${rows} where id = ${id})
    update job
    set state = ${state}, phase = 'publishing', progress_bytes = ${bytesOf(files)}
    where id = ${job.id}`);
}

function succeed(
  tx: Queries,
  { id, job }: LockedAttempt,
  state: JobState,
  { rows, files }: NewCommit,
): Promise<number> {
  return tx.run(statement`
    with ended as (
      update attempt
      set rows = ${rows}, state = 'SUCCESS', ended_at = clock_timestamp(), lease_until = null
      where id = ${id}
    )
    update job
    set state = ${state}, phase = 'done', progress_fraction = 1, progress_bytes = ${bytesOf(files)}
    where id = ${job.id}`);
}

/** An ingest knows only now what it replaces: the job's times become the hull of that. */
async function reserveIngested(
  tx: Queries,
  { job }: LockedAttempt,
  ranges: readonly TimeRange[],
): Promise<void> {
  await reserve(tx, job, ranges);
  if (ranges.length === 0) return;
  const start = ranges.map((range) => range.start).reduce((a, b) => (a < b ? a : b));
  const end = ranges.map((range) => range.end).reduce((a, b) => (a > b ? a : b));
  await tx.run(statement`update job set start_time = ${start}, end_time = ${end} where id = ${job.id}`);
}

async function insertCommit(
  tx: Queries,
  generation: LockedGeneration,
  { id: attemptId, job }: LockedAttempt,
  { rows, rejectedRows, sourceFingerprint }: NewCommit,
  now: EpochMicros,
): Promise<Commit> {
  const { id: generationId, lastCommittedAt } = generation;
  const seq = nextSeq(generation);
  // TIME T14: strictly increasing, also while the platform clock stands still or was set back.
  const committedAt = lastCommittedAt !== null && now <= lastCommittedAt ? micros(lastCommittedAt + 1n) : now;
  const row = await tx.first<{ id: bigint }>(statement`
    with moved as (
      update view_generation
      set last_commit_seq = ${seq}, last_committed_at = ${committedAt}
      where id = ${generationId}
    )
    insert into commit (
      generation_id, seq, job_id, attempt_id, start_time, end_time, online, rows, rejected_rows,
      source_fingerprint, committed_at
    )
    select
      ${generationId}::integer, ${seq}::bigint, id, ${attemptId}::uuid, start_time, end_time, online,
      ${rows}::bigint, ${rejectedRows}::bigint, ${sourceFingerprint}::text, ${committedAt}::bigint
    from job
    where id = ${job.id}
    returning id`);
  return { id: row!.id, seq, committedAt, rows, rejectedRows };
}

async function insertFiles(tx: Queries, commitId: bigint, files: readonly NewFile[]): Promise<void> {
  for (const file of files) await insertFile(tx, file, { commitId, fromSeq: 0n, toSeq: null });
}

function bytesOf(files: readonly NewFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function committedAlready({ job }: LockedAttempt): TeselaError {
  return new TeselaError("CONFLICT", `An earlier attempt of job ${job.id} has committed its files already.`, {
    fix: "Repeat only the push of that commit.",
  });
}
