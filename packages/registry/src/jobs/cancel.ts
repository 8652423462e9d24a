import { isFinal, type JobState } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { isUuid } from "../database/uuid.ts";
import { endJobWithoutWorker } from "./end-job.ts";
import { jobNotFound } from "./job-row.ts";
import { stateAfter } from "./state-after.ts";

/** Asks a job's worker to stop, or ends the job where none holds it; a final job stays what it is. */
export async function cancelJob(tx: Queries, workspaceId: number, jobId: string): Promise<void> {
  if (!isUuid(jobId)) throw jobNotFound(jobId);
  const job = await tx.first<{ id: string; state: JobState }>(statement`
    select id, state
    from job
    where id = ${jobId} and workspace_id = ${workspaceId}
    for no key update`);
  if (job === null) throw jobNotFound(jobId);
  const state = stateAfter(job, "requestCancel");
  if (state === job.state) return;
  if (isFinal(state)) return endJobWithoutWorker(tx, job, "requestCancel", null);
  if (!(await isHeld(tx, jobId))) return endJobWithoutWorker(tx, { id: jobId, state }, "cancelled", null);
  await tx.run(statement`update job set state = ${state} where id = ${jobId}`);
}

async function isHeld(tx: Queries, jobId: string): Promise<boolean> {
  const row = await tx.first(statement`select 1 from attempt where job_id = ${jobId} and state = 'RUNNING'`);
  return row !== null;
}
