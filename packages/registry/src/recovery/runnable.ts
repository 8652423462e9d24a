import type { Database } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
import type { JobLimits } from "../types.ts";
import type { AttemptRef } from "../types/job.ts";
import { BATCH } from "./batch.ts";

/**
 * Takes the attempts whose turn it is. Another dispatcher that looks at once finds the same ones, and of two
 * updates of a row the second finds it sent.
 */
export async function takeRunnable(database: Database, limits: JobLimits): Promise<AttemptRef[]> {
  const waiting = await database.first(
    statement`select 1 from attempt where state is null and sent_at is null limit 1`,
  );
  if (waiting === null) return [];
  const taken = await database.rows<AttemptRef & { readonly priority: number }>(statement`
    with chosen as (${chosen(limits)})
    update attempt
    set sent_at = clock_timestamp(), sends = sends + 1
    from chosen
    where attempt.id = chosen.id and attempt.state is null and attempt.sent_at is null
    returning attempt.id, attempt.fence, chosen.priority`);
  return taken.toSorted((a, b) => a.priority - b.priority).map(({ id, fence }) => ({ id, fence }));
}

/** What fits beside what is in flight: a place in the lane of its view first, then one in the workspace's line. */
function chosen({ perView, perWorkspace }: JobLimits): Statement {
  return statement`
    with open as materialized (
      select job_id
      from attempt
      where state = 'RUNNING' or (state is null and sent_at is not null)
    ),
    in_flight as (
      select job.workspace_id, job.generation_id, job.trigger
      from open
      join job on job.id = open.job_id
      where job.type <> 'ingest'
    ),
    of_view as (
      select generation_id, trigger, count(*) as running
      from in_flight
      where trigger in ('schedule', 'backfill')
      group by generation_id, trigger
    ),
    of_workspace as (
      select workspace_id, count(*) as running
      from in_flight
      group by workspace_id
    ),
    in_lane as (
      select
        waiting.*,
        row_number() over (
          partition by workspace_id, type = 'ingest'
          order by priority, place, queued_at
        ) as line
      from (${waitingInLanes}) as waiting
      left join of_view using (generation_id, trigger)
      where trigger not in ('schedule', 'backfill') or place + coalesce(running, 0) <= ${perView}
    )
    select id, priority
    from in_lane
    left join of_workspace using (workspace_id)
    where type = 'ingest' or line + coalesce(running, 0) <= ${perWorkspace}
    order by line, priority
    limit ${BATCH}`;
}

/** Intervals come oldest first, history newest first, all else as it was asked for. */
const waitingInLanes = statement`
  select
    attempt.id, attempt.queued_at, job.workspace_id, job.generation_id, job.type, job.trigger, job.priority,
    row_number() over (
      partition by job.generation_id, job.trigger
      order by
        case job.trigger when 'schedule' then job.start_time when 'backfill' then -job.start_time end,
        attempt.queued_at
    ) as place
  from attempt
  join job on job.id = attempt.job_id
  where attempt.state is null and attempt.sent_at is null`;

/** Puts attempts back among those that wait for their turn, where nobody has claimed them. */
export async function attemptsUnsent(database: Database, attempts: readonly AttemptRef[]): Promise<void> {
  await database.run(statement`
    update attempt
    set sent_at = null, sends = 0
    where id = any(${attempts.map(({ id }) => id)}) and state is null`);
}
