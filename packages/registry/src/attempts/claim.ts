import { micros, nextJobState, type JobState, type JobType } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { JobLimits } from "../types.ts";
import type { AttemptWork, ClaimedAttempt } from "../types/attempt.ts";
import { isHousekeeping, worksOnRetired } from "../housekeeping/request.ts";
import { isIngestUnderWay } from "../jobs/ingest.ts";
import { withoutAttempt } from "./commit-of-job.ts";
import { lockAttempt, lockGenerationOf, type LockedAttempt, type LockedJob } from "./held-attempt.ts";
import { mayRun, putBack } from "./limits.ts";
import { readAnyInputs, readLastInputs, readViewInputs } from "./view-inputs.ts";

/** Who claims, and for how long unless a heartbeat comes. */
export interface Claim {
  readonly attemptId: string;
  readonly fence: number;
  readonly workerId: string;
  readonly leaseMs: number;
  readonly limits: JobLimits;
}

/** Gives the attempt to the worker, or `null` where it cannot be claimed. */
export async function claimAttempt(tx: Queries, claim: Claim): Promise<ClaimedAttempt | null> {
  const { attemptId } = claim;
  const attempt =
    (await lockAttempt(tx, attemptId, statement`type <> 'ingest'`)) ?? (await lockIngest(tx, attemptId));
  if (attempt === null || attempt.state !== null || attempt.fence !== claim.fence) return null;
  if (attempt.job.type === "ingest" && (await isIngestUnderWay(tx, attempt.job))) return null;
  const state = nextJobState(attempt.job.state, "claim");
  const inputs = state === null ? null : await inputsReader(attempt.job.type)(tx, attempt.job);
  if (state === null || inputs === null) return null;
  const { commit } = attempt;
  // A push that is owed waits for no limit: jobs that run may be waiting for it.
  if (commit === null && !(await mayRun(tx, attempt.job, claim.limits))) return putBack(tx, attempt);
  await start(tx, claim, { id: attempt.job.id, state, phase: commit === null ? "starting" : "publishing" });
  return { ...described(attempt), ...inputs, resume: commit === null ? null : withoutAttempt(commit) };
}

/** Locks come in the order generation, job: whether another ingest is under way is asked under the first. */
async function lockIngest(tx: Queries, attemptId: string): Promise<LockedAttempt | null> {
  await lockGenerationOf(tx, attemptId);
  return lockAttempt(tx, attemptId);
}

function inputsReader(type: JobType): typeof readViewInputs {
  if (type === "delete") return readAnyInputs;
  return worksOnRetired(type) ? readLastInputs : readViewInputs;
}

/** What a running attempt is about, for a worker that helps with its parts; `null` once it has ended. */
export async function describeAttempt(
  tx: Queries,
  attemptId: string,
  fence: number,
): Promise<ClaimedAttempt | null> {
  const attempt = await lockAttempt(tx, attemptId);
  if (attempt === null || attempt.state !== "RUNNING" || attempt.fence !== fence) return null;
  const inputs = await readViewInputs(tx, attempt.job);
  return inputs === null ? null : { ...described(attempt), ...inputs, resume: null };
}

async function start(
  tx: Queries,
  { attemptId, workerId, leaseMs }: Claim,
  job: { readonly id: string; readonly state: JobState; readonly phase: string },
): Promise<void> {
  await tx.run(statement`
    with started as (
      update attempt
      set state = 'RUNNING',
        worker_id = ${workerId},
        started_at = clock_timestamp(),
        lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
      where id = ${attemptId}
    )
    update job set state = ${job.state}, phase = ${job.phase} where id = ${job.id}`);
}

function described({ id, number, fence, job }: LockedAttempt) {
  return {
    id,
    fence,
    number,
    jobId: job.id,
    workspaceId: job.workspaceId,
    generationId: job.generationId,
    viewName: job.viewName,
    work: workOf(job),
    online: job.online,
    offline: job.offline,
    overwrite: job.overwrite,
  };
}

/** A job has an input exactly when it is an ingest, and times when it is none: the database checks it. */
function workOf({ type, input, startTime, endTime }: LockedJob): AttemptWork {
  if (isHousekeeping(type)) return { type };
  if (type === "delete") return { type, deletionId: BigInt(input!) };
  if (input !== null) return { type: "ingest", input };
  return { type: "batch", range: { start: micros(startTime!), end: micros(endTime!) } };
}
