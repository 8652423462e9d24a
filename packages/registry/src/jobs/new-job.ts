import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
import { storesOf } from "../ledger/stores.ts";
import type { AttemptRef, TriggerCommand } from "../types/job.ts";

/** A job that was made, and its first attempt. */
export interface MadeJob extends AttemptRef {
  readonly jobId: string;
}

/**
 * Makes a job with its reservations and its first attempt in one statement, under the lock of its generation; `null`,
 * and nothing is made, where the condition does not hold.
 */
export function insertNewJob(
  tx: Queries,
  job: TriggerCommand,
  condition: Statement = statement`true`,
): Promise<MadeJob | null> {
  const { range } = job;
  return tx.first<MadeJob>(statement`
    with made as (
      insert into job (
        workspace_id, generation_id, view_name, start_time, end_time, online, offline, overwrite,
        use_managed_retries, requested_by, trigger
      )
      select
        ${job.workspaceId}::integer, ${job.generationId}::integer, ${job.view}::text, ${range.start}::bigint,
        ${range.end}::bigint, ${job.online}::boolean, ${job.offline}::boolean, ${job.overwrite}::boolean,
        ${job.useManagedRetries}::boolean, ${job.requestedBy}::text, ${job.trigger ?? "manual"}::text
      where ${condition}
      returning id, generation_id, start_time, end_time
    ),
    reserved as (
      insert into range (generation_id, store, state, during, job_id)
      select generation_id, store, 'reserved', int8range(start_time, end_time), id
      from made
      cross join unnest(${storesOf(job)}::text[]) as wanted (store)
    )
    insert into attempt (job_id, number, fence)
    select id, 1, 1
    from made
    returning id, fence, job_id as "jobId"`);
}
