import { HOUSEKEEPING_TYPES, type HousekeepingType } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { HousekeepingIntervals, HousekeepingTarget } from "../types/housekeeping.ts";
import { planWork, type PlanBy } from "./plan.ts";
import { OPEN_STATES } from "./request.ts";

/** What is worth a job now. */
export async function dueWork(
  queries: Queries,
  by: PlanBy,
  intervals: HousekeepingIntervals,
): Promise<HousekeepingTarget[]> {
  const planned = await planWork(queries, { types: ["compact", "collect", "cleanup"] }, by);
  const found = [...planned.map(targetOf), ...(await mayHaveOrphans(queries))];
  return notRecent(queries, found, intervals);
}

/** The views whose online data were found lacking. */
export async function lostViews(
  queries: Queries,
  intervals: HousekeepingIntervals,
): Promise<HousekeepingTarget[]> {
  const found = await queries.rows<HousekeepingTarget>(statement`
    select 'rebuild' as type, id as "generationId", workspace_id as "workspaceId", view_name as view
    from view_generation
    where online_lost_at is not null and retired_at is null`);
  return found.length === 0 ? [] : notRecent(queries, found, intervals);
}

/** Each target once, unless a job of it is open or was made less than an interval ago. */
async function notRecent(
  queries: Queries,
  found: readonly HousekeepingTarget[],
  intervals: HousekeepingIntervals,
): Promise<HousekeepingTarget[]> {
  const recent = await recentlyBegun(queries, intervals);
  const due = new Map<string, HousekeepingTarget>();
  for (const target of found) {
    const key = `${target.type} ${target.generationId}`;
    if (!recent.has(key)) due.set(key, target);
  }
  return [...due.values()];
}

function targetOf({ type, workspaceId, generationId, view }: HousekeepingTarget): HousekeepingTarget {
  return { type, workspaceId, generationId, view };
}

/** Jobs by type and generation that are open, or were made less than an interval ago. */
async function recentlyBegun(
  queries: Queries,
  intervals: HousekeepingIntervals,
): Promise<ReadonlySet<string>> {
  const rows = await queries.rows<{ type: HousekeepingType; generationId: number }>(statement`
    select distinct type, generation_id as "generationId"
    from job
    join unnest(
      ${[...HOUSEKEEPING_TYPES]}::text[],
      ${HOUSEKEEPING_TYPES.map((type) => intervals[type])}::double precision[]
    ) as every (kind, pause) on every.kind = job.type
    where state = any(${OPEN_STATES})
      or created_at > clock_timestamp() - every.pause * interval '1 millisecond'`);
  return new Set(rows.map(({ type, generationId }) => `${type} ${generationId}`));
}

/** Views with an attempt that has ended without success since their last collection has begun. */
function mayHaveOrphans(queries: Queries): Promise<HousekeepingTarget[]> {
  return queries.rows(statement`
    select distinct
      'collect' as type,
      job.generation_id as "generationId",
      job.workspace_id as "workspaceId",
      job.view_name as view
    from attempt
    join job on job.id = attempt.job_id
    where attempt.state in ('FAILURE', 'CANCELLED', 'LOST')
      and attempt.started_at is not null
      and job.type not in ('collect', 'cleanup', 'rebuild')
      and not exists (
        select 1
        from job as collection
        where collection.generation_id = job.generation_id
          and collection.type = 'collect'
          and collection.state = 'SUCCESS'
          and collection.created_at > attempt.ended_at
      )`);
}
