import { TeselaError } from "@tesela/core";
import { lockAttempt, lockHeldAttempt } from "../attempts/held-attempt.ts";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { stateAfter } from "../jobs/state-after.ts";
import type { HousekeepingPolicy, HousekeepingReport } from "../types/housekeeping.ts";

/** Ends an attempt and its job with success; gives the job's id. Again after it succeeded, it changes nothing. */
export async function finishAttempt(
  tx: Queries,
  attemptId: string,
  fence: number,
  report: HousekeepingReport,
): Promise<string> {
  const before = await lockAttempt(tx, attemptId);
  if (before?.state === "SUCCESS" && before.fence === fence) return before.job.id;
  const { job } = await lockHeldAttempt(tx, attemptId, fence);
  const state = stateAfter(job, "succeed");
  await noteReport(tx, job.id, report);
  await tx.run(statement`
    update attempt
    set state = 'SUCCESS', ended_at = clock_timestamp(), lease_until = null
    where id = ${attemptId}`);
  await tx.run(statement`
    update job
    set state = ${state}, phase = 'done', progress_fraction = 1
    where id = ${job.id}`);
  return job.id;
}

/** Notes what a job has done. */
export async function noteReport(queries: Queries, jobId: string, report: HousekeepingReport): Promise<void> {
  await queries.run(statement`
    update housekeeping
    set report = ${JSON.stringify(report)}::jsonb
    where job_id = ${jobId}`);
}

/** What a job goes by and has done. Throws `NOT_FOUND` for a job of another kind. */
export async function readHousekeeping(
  queries: Queries,
  jobId: string,
): Promise<{ readonly policy: HousekeepingPolicy; readonly report: HousekeepingReport | null }> {
  const row = await queries.first<{ policy: HousekeepingPolicy; report: HousekeepingReport | null }>(
    statement`select policy, report from housekeeping where job_id = ${jobId}`,
  );
  if (row === null) throw new TeselaError("NOT_FOUND", `Job ${jobId} is no housekeeping job.`);
  return row;
}
