import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
import type { OnlineState } from "../types/housekeeping.ts";
import { OPEN_STATES } from "./request.ts";

/** The views with online data that no job is at work on: what their markers must have. */
export async function onlineStates(queries: Queries): Promise<OnlineState[]> {
  return queries.rows(statement`
    select
      view_generation.id as "generationId",
      view_generation.workspace_id as "workspaceId",
      view_generation.last_commit_seq as "lastCommitSeq",
      max(commit.seq) as "expectedSeq"
    from view_generation
    join range on range.generation_id = view_generation.id and range.store = 'online' and range.state = 'live'
    join commit on commit.id = range.commit_id
    join definition on definition.generation_id = view_generation.id and definition.retired_at is null
    where definition.kind in ('batchFeatureView', 'featureTable')
      and view_generation.retired_at is null
      and online_lost_at is null and not ${isAtWork()}
    group by view_generation.id`);
}

/** Notes a loss, unless a job has been at work on the online data since the state was read. */
export async function noteLoss(
  queries: Queries,
  { generationId, lastCommitSeq }: OnlineState,
): Promise<boolean> {
  const count = await queries.run(statement`
    update view_generation
    set online_lost_at = clock_timestamp()
    where id = ${generationId}
      and last_commit_seq = ${lastCommitSeq}
      and online_lost_at is null
      and not ${isAtWork()}`);
  return count === 1;
}

/** Whether a commit waits for its push, or a job that loads everything anew is open. */
function isAtWork(): Statement {
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
