import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { isUuid } from "../database/uuid.ts";
import type { Job } from "../types/job.ts";
import { jobNotFound, jobOf, type AttemptRow, type JobRow } from "./job-row.ts";

/** Reads a job, of any workspace unless one is given. Throws `NOT_FOUND`. */
export async function readJob(queries: Queries, jobId: string, workspaceId?: number): Promise<Job> {
  const rows = isUuid(jobId) ? await readRows(queries, [jobId], workspaceId ?? null) : [];
  if (rows.length === 0) throw jobNotFound(jobId);
  return jobOfRows(rows);
}

/** The jobs of ids, by these. */
export async function readJobs(
  queries: Queries,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, Job>> {
  const rows = jobIds.length === 0 ? [] : await readRows(queries, jobIds, null);
  const byId = Map.groupBy(rows, ({ id }) => id);
  return new Map([...byId].map(([id, ofJob]) => [id, jobOfRows(ofJob)]));
}

/** The job that is beside each of its attempts, of which there is at least one. */
function jobOfRows(rows: readonly JobBesideAttempt[]): Job {
  const job = rows[0]!;
  const { workspaceName: name, rejectedRows } = job;
  const commit = rejectedRows === null ? null : { rejectedRows };
  return jobOf({ ...job, workspace: { name }, commit, attempts: rows.map(attemptOf) });
}

/** A job beside one of its attempts; it always has one. */
type JobBesideAttempt = Omit<JobRow, "workspace" | "attempts" | "commit"> & {
  readonly workspaceName: string;
  readonly rejectedRows: bigint | null;
} & { readonly [Field in keyof AttemptRow as `attempt${Capitalize<Field>}`]: AttemptRow[Field] };

function attemptOf(row: JobBesideAttempt): AttemptRow {
  return {
    id: row.attemptId,
    number: row.attemptNumber,
    fence: row.attemptFence,
    state: row.attemptState,
    workerId: row.attemptWorkerId,
    startedAt: row.attemptStartedAt,
    endedAt: row.attemptEndedAt,
    errorCode: row.attemptErrorCode,
    errorMessage: row.attemptErrorMessage,
    rows: row.attemptRows,
  };
}

/** One statement, not a query per table: waiting clients read jobs all the time. */
function readRows(
  queries: Queries,
  jobIds: readonly string[],
  workspaceId: number | null,
): Promise<JobBesideAttempt[]> {
  return queries.rows(statement`
    select
      job.id, job.type, job.trigger, job.state, job.online, job.offline, job.overwrite, job.phase,
      job.view_name as "viewName",
      job.start_time as "startTime",
      job.end_time as "endTime",
      job.use_managed_retries as "useManagedRetries",
      job.requested_by as "requestedBy",
      job.created_at as "createdAt",
      job.updated_at as "updatedAt",
      job.retry_at as "retryAt",
      job.progress_fraction as "progressFraction",
      job.progress_rows as "progressRows",
      job.progress_bytes as "progressBytes",
      job.error_code as "errorCode",
      job.error_message as "errorMessage",
      workspace.name as "workspaceName",
      commit.rejected_rows as "rejectedRows",
      attempt.id as "attemptId",
      attempt.number as "attemptNumber",
      attempt.fence as "attemptFence",
      attempt.state as "attemptState",
      attempt.worker_id as "attemptWorkerId",
      attempt.started_at as "attemptStartedAt",
      attempt.ended_at as "attemptEndedAt",
      attempt.error_code as "attemptErrorCode",
      attempt.error_message as "attemptErrorMessage",
      attempt.rows as "attemptRows"
    from job
    join workspace on workspace.id = job.workspace_id
    join attempt on attempt.job_id = job.id
    left join commit on commit.job_id = job.id
    where job.id = any(${jobIds}) and job.workspace_id = coalesce(${workspaceId}::integer, job.workspace_id)
    order by attempt.number`);
}
