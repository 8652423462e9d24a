import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
import type { OnlineState } from "../types/housekeeping.ts";
import { TURN_LOCKS } from "../streams/streams.ts";
import { OPEN_STATES } from "./request.ts";

/** The views with online data that nobody is at work on: what their markers must have. */
export async function onlineStates(queries: Queries): Promise<OnlineState[]> {
  return queries.rows(statement`
    select
      view_generation.id as "generationId",
      view_generation.workspace_id as "workspaceId",
      coalesce(stream_view.given_stamp, view_generation.last_commit_seq) as "lastSeq",
      coalesce(stream_view.applied_stamp, max(commit.seq)) as "expectedSeq",
      view_generation.hidden_stamp as "expectedHidden"
    from view_generation
    join definition on definition.generation_id = view_generation.id and definition.retired_at is null
    left join stream_view on stream_view.generation_id = view_generation.id
    left join range
      on range.generation_id = view_generation.id and range.store = 'online' and range.state = 'live'
      and stream_view.generation_id is null
    left join commit on commit.id = range.commit_id
    where definition.kind in ('batchFeatureView', 'featureTable', 'streamFeatureView')
      and view_generation.retired_at is null
      and online_lost_at is null and not ${isAtWork()}
    group by view_generation.id, stream_view.generation_id
    having coalesce(stream_view.applied_stamp, max(commit.seq)) > 0`);
}

/** Notes a loss, unless somebody has been at work on the online data since the state was read. */
export async function noteLoss(
  queries: Queries,
  { generationId, lastSeq }: Pick<OnlineState, "generationId" | "lastSeq">,
): Promise<boolean> {
  const count = await queries.run(statement`
    update view_generation
    set online_lost_at = clock_timestamp()
    where id = ${generationId}
      and ${lastSeq} = coalesce(
        (select given_stamp from stream_view where generation_id = view_generation.id),
        last_commit_seq
      )
      and online_lost_at is null
      and not ${isAtWork()}`);
  return count === 1;
}

/** Whether somebody has the turn of a stream view, a commit waits for its push, or a job that loads all anew is open. */
function isAtWork(): Statement {
  return statement`(${hasTurn()} or ${hasOpenPush()})`;
}

function hasTurn(): Statement {
  return statement`exists (
    select 1
    from pg_locks
    where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())
      and classid = ${TURN_LOCKS}::bigint
      and objid = view_generation.id::bigint
  )`;
}

function hasOpenPush(): Statement {
  return statement`exists (
    select 1
    from job
    where job.generation_id = view_generation.id
      and job.state = any(${OPEN_STATES})
      and (
        job.type = 'rebuild'
        or exists (
          select 1
          from commit
          where commit.job_id = job.id and commit.online and pushed_at is null and abandoned_at is null
        )
      )
  )`;
}
