import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { JobLimits } from "../types.ts";
import type { LockedAttempt, LockedJob } from "./held-attempt.ts";

/**
 * Whether a job, which is locked, may begin to run beside those that do. Claims of a workspace take turns from here on,
 * as the last lock that they take.
 */
export async function mayRun(tx: Queries, job: LockedJob, limits: JobLimits): Promise<boolean> {
  if (job.type === "ingest") return true;
  const locked = tx.run(
    statement`select pg_advisory_xact_lock(hashtext('claim'), ${job.workspaceId}::integer)`,
  );
  const counted = tx.first<{ ofWorkspace: number; ofView: number }>(statement`
    with running as materialized (select job_id from attempt where state = 'RUNNING'),
    own as materialized (select trigger from job where id = ${job.id})
    select
      count(*)::integer as "ofWorkspace",
      (
        count(*) filter (
          where job.generation_id = ${job.generationId}
            and job.trigger = own.trigger
            and own.trigger in ('schedule', 'backfill')
        )
      )::integer as "ofView"
    from own
    cross join running
    join job on job.id = running.job_id
    where job.workspace_id = ${job.workspaceId} and job.type <> 'ingest'`);
  const [, row] = await Promise.all([locked, counted]);
  return row!.ofWorkspace < limits.perWorkspace && row!.ofView < limits.perView;
}

/** The attempt waits for its turn again; the message that brought it is gone. */
export async function putBack(tx: Queries, { id }: LockedAttempt): Promise<null> {
  await tx.run(statement`update attempt set sent_at = null, sends = 0 where id = ${id}`);
  return null;
}
