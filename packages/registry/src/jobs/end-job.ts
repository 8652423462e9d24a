import type { JobEvent, JobState } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { Failure } from "../types/job.ts";
import { stateAfter } from "./state-after.ts";

/** What ending a job needs to know of it; its row is locked. */
export interface OpenJob {
  readonly id: string;
  readonly state: JobState;
}

/** Ends a job from outside: whoever works on it is fenced, and what it had reserved is free. */
export async function endJobWithoutWorker(
  tx: Queries,
  job: OpenJob,
  event: JobEvent,
  failure: Failure | null,
): Promise<void> {
  await tx.run(statement`
    update attempt
    set state = 'CANCELLED', ended_at = now(), lease_until = null,
      error_code = ${failure?.code ?? null}, error_message = ${failure?.message ?? null}
    where job_id = ${job.id} and (state is null or state = 'RUNNING')`);
  await endJob(tx, job.id, stateAfter(job, event), failure);
}

/**
 * Writes a job's end without success. Its reservations are released; a push that it still owed is abandoned, so
 * that later commits of the view may be pushed: that range is not live online, offline it stays what it is.
 */
export async function endJob(
  tx: Queries,
  jobId: string,
  state: JobState,
  failure: Failure | null,
): Promise<void> {
  const shown = state === "FAILURE" ? failure : null;
  await tx.run(statement`
    update job
    set state = ${state}, phase = 'done', retry_at = null,
      error_code = ${shown?.code ?? null}, error_message = ${shown?.message ?? null}
    where id = ${jobId}`);
  await tx.run(statement`delete from range where job_id = ${jobId} and state = 'reserved'`);
  await tx.run(statement`
    update commit
    set abandoned_at = now()
    where job_id = ${jobId} and online and pushed_at is null`);
}
