import { HOUSEKEEPING_TYPES, micros } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { FailedJob } from "../types/alert.ts";

interface Row extends Omit<FailedJob, "startTime" | "endTime"> {
  readonly startTime: bigint | null;
  readonly endTime: bigint | null;
}

/**
 * Jobs that have failed, of views that are there, and that nothing has made good since: their range is not live in
 * all their stores, and of housekeeping no later job of the kind has succeeded. One that is being tried again stays
 * failed until it ends.
 */
export async function readFailedJobs(queries: Queries): Promise<FailedJob[]> {
  const rows = await queries.rows<Row>(statement`
    select
      job.id as "jobId", job.workspace_id as "workspaceId", job.generation_id as "generationId", job.type,
      last_failed.number as attempt, coalesce(job.error_code, last_failed.error_code) as code,
      coalesce(job.error_message, last_failed.error_message) as message,
      job.start_time as "startTime", job.end_time as "endTime"
    from job
    join view_generation on view_generation.id = job.generation_id and view_generation.retired_at is null
    cross join lateral (
      select number, error_code, error_message
      from attempt
      where attempt.job_id = job.id
        and (job.state = 'FAILURE' or number <= job.retried_after)
      order by number desc
      limit 1
    ) as last_failed
    where job.state in ('FAILURE', 'RUNNING', 'MANUAL_RETRY')
      and job.updated_at >= (select since from alert_watch)
      and (job.state = 'FAILURE' or ${openAlertOf})
      and not (job.type = 'batch' and ${isLiveEverywhere})
      and not (job.type = any(${[...HOUSEKEEPING_TYPES]}::text[]) and ${hasLaterSuccess})
    order by job.updated_at, job.id`);
  return rows.map((row) => ({
    ...row,
    startTime: instantOf(row.startTime),
    endTime: instantOf(row.endTime),
  }));
}

const openAlertOf = statement`exists (
  select 1
  from alert
  where alert.job_id = job.id and alert.event = 'job.failed' and alert.closed_at is null
)`;

const isLiveEverywhere = statement`not exists (
  select 1
  from unnest(array['offline', 'online']) as wanted (store)
  where case wanted.store when 'offline' then job.offline else job.online end
    and not coalesce(
      int8range(job.start_time, job.end_time) <@ (
        select range_agg(range.during)
        from range
        where range.generation_id = job.generation_id and range.store = wanted.store and range.state = 'live'
      ),
      false
    )
)`;

const hasLaterSuccess = statement`exists (
  select 1
  from job as later
  where later.generation_id = job.generation_id
    and later.type = job.type
    and later.state = 'SUCCESS'
    and later.created_at > job.created_at
)`;

function instantOf(value: bigint | null): FailedJob["startTime"] {
  return value === null ? null : micros(value);
}
