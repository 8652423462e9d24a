import {
  decideRetry,
  isFinal,
  type AttemptState,
  type JobState,
  type RetryDecision,
  type RetryHistory,
  type RetryPolicy,
} from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { endJob } from "../jobs/end-job.ts";
import { stateAfter } from "../jobs/state-after.ts";
import type { Failure } from "../types/job.ts";
import type { LockedAttempt, LockedJob } from "./held-attempt.ts";

/** How an attempt ended without success: its worker said so, or was not heard of again. */
export interface BadEnd {
  readonly kind: "failed" | "lost";
  readonly failure: Failure;
}

/** Ends a running attempt; its job, which is locked, waits for the next one or ends. */
export async function endAttempt(
  tx: Queries,
  attempt: LockedAttempt,
  end: BadEnd,
  policy: RetryPolicy,
): Promise<void> {
  const { id, job } = attempt;
  const isCancelled = job.state === "MANUAL_CANCELLATION_REQUESTED";
  await writeEnd(tx, id, attemptState(end, isCancelled), end.failure);
  const decision = isCancelled ? FINAL : await decide(tx, attempt, end, policy);
  const state = jobState(job, end, decision);
  if (isFinal(state)) return endJob(tx, job.id, state, end.failure);
  const delayMs = decision.kind === "retry" ? decision.delayMs : 0;
  await tx.run(statement`
    update job
    set state = ${state}, phase = 'waiting to retry', progress_fraction = null, progress_rows = null,
      retry_at = clock_timestamp() + ${delayMs} * interval '1 millisecond'
    where id = ${job.id}`);
}

const FINAL: RetryDecision = { kind: "final" };

function attemptState({ kind }: BadEnd, isCancelled: boolean): AttemptState {
  if (kind === "lost") return "LOST";
  return isCancelled ? "CANCELLED" : "FAILURE";
}

async function writeEnd(tx: Queries, id: string, state: AttemptState, failure: Failure): Promise<void> {
  await tx.run(statement`
    update attempt
    set state = ${state}, ended_at = clock_timestamp(), lease_until = null,
      error_code = ${failure.code}, error_message = ${failure.message}
    where id = ${id}`);
}

/** After commit 1 only the push is left, which is idempotent: whatever went wrong with it is worth a retry. */
async function decide(
  tx: Queries,
  { job, commit }: LockedAttempt,
  { kind, failure }: BadEnd,
  policy: RetryPolicy,
): Promise<RetryDecision> {
  const isCommitted = commit !== null;
  const counts = await countAttempts(tx, job.id);
  const history = { ...counts, useManagedRetries: job.useManagedRetries || isCommitted };
  const code = isCommitted ? "UNAVAILABLE" : failure.code;
  return decideRetry(kind === "lost" ? { kind } : { kind, code }, history, Math.random(), policy);
}

/** Of those since the last retry by hand. */
async function countAttempts(tx: Queries, jobId: string): Promise<Omit<RetryHistory, "useManagedRetries">> {
  const row = await tx.first<{ attempts: number; losses: number }>(statement`
    select count(*)::integer as attempts, (count(*) filter (where state = 'LOST'))::integer as losses
    from attempt
    where job_id = ${jobId} and number > (select retried_after from job where id = ${jobId})`);
  return row!;
}

function jobState(job: LockedJob, { kind }: BadEnd, decision: RetryDecision): JobState {
  if (kind === "failed") return stateAfter(job, decision.kind === "retry" ? "failRetryable" : "failFinal");
  const state = stateAfter(job, "lose");
  return isFinal(state) || decision.kind === "retry" ? state : stateAfter({ id: job.id, state }, "failFinal");
}
