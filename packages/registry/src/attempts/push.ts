import { TeselaError } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { stateAfter } from "../jobs/state-after.ts";
import { makeLive } from "../ledger/make-live.ts";
import type { PushResult } from "../types/attempt.ts";
import type { AttemptRef } from "../types/job.ts";
import type { Commit } from "../types/ledger.ts";
import {
  lockAttempt,
  lockGenerationOf,
  lockHeldAttempt,
  running,
  type LockedAttempt,
  type LockedJob,
} from "./held-attempt.ts";

/** Whether it is an attempt's turn to push. Throws `CONFLICT` before commit 1. */
export async function isPushTurn(tx: Queries, attemptId: string, fence: number): Promise<boolean> {
  const attempt = await lockHeldAttempt(tx, attemptId, fence);
  return isFirstToPush(tx, attempt.job, commitToPush(attempt));
}

/**
 * Commits are pushed in order: no earlier one of the view may still owe its push. Whatever ends a job either
 * completes its push or abandons it, so a turn always comes.
 */
async function isFirstToPush(tx: Queries, { generationId }: LockedJob, { seq }: Commit): Promise<boolean> {
  const earlier = await tx.first(statement`
    select 1
    from commit
    where generation_id = ${generationId}
      and seq < ${seq}
      and online
      and pushed_at is null
      and abandoned_at is null
    limit 1`);
  return earlier === null;
}

/** The attempt that is to repeat the oldest push an attempt waits for, where no worker has it yet; else `null`. */
export async function unheldPush(tx: Queries, attemptId: string, fence: number): Promise<AttemptRef | null> {
  const attempt = await lockHeldAttempt(tx, attemptId, fence);
  const { seq } = commitToPush(attempt);
  return tx.first<AttemptRef>(statement`
    select attempt.id, attempt.fence
    from commit
    join attempt on attempt.job_id = commit.job_id and attempt.state is null
    where commit.generation_id = ${attempt.job.generationId}
      and seq < ${seq}
      and online
      and pushed_at is null
      and abandoned_at is null
    order by seq
    limit 1`);
}

/** Commit 2 of an attempt; gives the id of its job. After it succeeded, by commit 1 alone too, it changes nothing. */
export async function completePush(
  tx: Queries,
  attemptId: string,
  fence: number,
  result: PushResult,
): Promise<string> {
  // Locks come in the order generation, job.
  const [, attempt] = await Promise.all([lockGenerationOf(tx, attemptId), lockAttempt(tx, attemptId)]);
  if (attempt?.state === "SUCCESS" && attempt.fence === fence) return attempt.job.id;
  const held = running(attempt, attemptId, fence);
  const { job } = held;
  const state = stateAfter(job, "succeed");
  const commit = commitToPush(held);
  if (job.online) await publishOnline(tx, job, commit, result);
  await tx.run(statement`
    with ended as (
      update attempt
      set state = 'SUCCESS', ended_at = clock_timestamp(), lease_until = null
      where id = ${attemptId}
    )
    update job
    set state = ${state}, phase = 'done', progress_fraction = 1
    where id = ${job.id}`);
  return job.id;
}

async function publishOnline(
  tx: Queries,
  job: LockedJob,
  commit: Commit,
  { onlineEdge }: PushResult,
): Promise<void> {
  if (!(await isFirstToPush(tx, job, commit))) throw notItsTurn(job);
  await makeLive(tx, "online", job, commit);
  const pushed = statement`update commit set pushed_at = clock_timestamp() where id = ${commit.id}`;
  const moved = statement`
    update view_generation
    set online_edge = ${onlineEdge}, online_lost_at = null
    where id = ${job.generationId}`;
  await Promise.all([tx.run(pushed), tx.run(moved)]);
}

function commitToPush({ job, commit }: LockedAttempt): Commit {
  if (commit !== null) return commit;
  throw new TeselaError("CONFLICT", `Job ${job.id} has committed no files yet: there is nothing to push.`);
}

function notItsTurn({ id, viewName }: LockedJob): TeselaError {
  return new TeselaError(
    "CONFLICT",
    `An earlier commit of view "${viewName}" has not been pushed yet; job ${id} has to wait.`,
    { fix: "Wait for pushTurn, then push again." },
  );
}
