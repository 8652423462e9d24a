import { micros, TeselaError, type JobState, type JobType } from "@tesela/core";
import { commitOfJob } from "../attempts/commit-of-job.ts";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { isUuid } from "../database/uuid.ts";
import { lockGeneration } from "../ledger/lock-generation.ts";
import { refuseOverlap } from "../ledger/overlap.ts";
import { reserve } from "../ledger/reserve.ts";
import type { Commit } from "../types/ledger.ts";
import { jobNotFound } from "./job-row.ts";
import { insertNextAttempts } from "./next-attempt.ts";
import { stateAfter } from "./state-after.ts";
import { retired } from "./trigger.ts";

/** A job as it was asked for; only a batch job is sure to have times. */
interface RetriedJob {
  readonly id: string;
  readonly workspaceId: number;
  readonly generationId: number;
  readonly view: string;
  readonly type: JobType;
  readonly state: JobState;
  readonly start: bigint | null;
  readonly end: bigint | null;
  readonly online: boolean;
  readonly offline: boolean;
  readonly overwrite: boolean;
}

/** Makes a job that has ended without success begin again; what it has committed already stays. */
export async function retryJob(tx: Queries, workspaceId: number, jobId: string): Promise<void> {
  const generationId = await generationOfJob(tx, workspaceId, jobId);
  const { isRetired } = await lockGeneration(tx, generationId);
  const job = await lockJob(tx, jobId);
  if (isRetired) throw retired(job.view);
  const state = stateAfter(job, "retry");
  const commit = await commitOfJob(tx, jobId);
  if (commit !== null) await resumePush(tx, job, commit);
  await reserveAgain(tx, commit === null ? job : { ...job, offline: false });
  await tx.run(statement`
    update job
    set state = ${state}, phase = 'queued', progress_fraction = null, progress_rows = null, retry_at = null,
      error_code = null, error_message = null,
      retried_after = (select max(number) from attempt where job_id = ${jobId})
    where id = ${jobId}`);
  await insertNextAttempts(tx, [jobId]);
}

async function generationOfJob(tx: Queries, workspaceId: number, jobId: string): Promise<number> {
  if (!isUuid(jobId)) throw jobNotFound(jobId);
  const row = await tx.first<{ id: number }>(statement`
    select generation_id as id
    from job
    where id = ${jobId} and workspace_id = ${workspaceId}`);
  if (row === null) throw jobNotFound(jobId);
  return row.id;
}

async function lockJob(tx: Queries, jobId: string): Promise<RetriedJob> {
  const job = await tx.first<RetriedJob>(statement`
    select
      id,
      workspace_id as "workspaceId",
      generation_id as "generationId",
      view_name as view,
      type,
      state,
      start_time as start,
      end_time as "end",
      online,
      offline,
      overwrite
    from job
    where id = ${jobId}
    for no key update`);
  return job!;
}

/** A batch job takes its range again; other jobs reserve when they know what they write. */
async function reserveAgain(tx: Queries, job: RetriedJob): Promise<void> {
  if (job.type !== "batch" || job.start === null || job.end === null) return;
  const range = { start: micros(job.start), end: micros(job.end) };
  await refuseOverlap(tx, { ...job, range });
  await reserve(tx, job, [range]);
}

/** What was committed and not pushed is pushed now, unless a later commit has been: pushes go in order. */
async function resumePush(tx: Queries, job: RetriedJob, { id, seq }: Commit): Promise<void> {
  const later = await tx.first(statement`
    select 1
    from commit
    where generation_id = ${job.generationId} and seq > ${seq} and online and pushed_at is not null
    limit 1`);
  if (later !== null) throw overtaken(job);
  await tx.run(statement`update commit set abandoned_at = null where id = ${id} and pushed_at is null`);
}

function overtaken({ id, view }: RetriedJob): TeselaError {
  return new TeselaError(
    "CONFLICT",
    `Job ${id} is materialized offline, and a later job of view "${view}" is online already.`,
    { fix: "Materialize its range once more, online alone: online: true, offline: false." },
  );
}
