import { generationOf, lockHeldAttempt } from "../attempts/held-attempt.ts";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { stateAfter } from "../jobs/state-after.ts";
import type { HousekeepingPolicy } from "../types/housekeeping.ts";

/** Whether the generation of an attempt has been retired for as long as its policy says. */
export async function mayClean(
  tx: Queries,
  attemptId: string,
  fence: number,
  { cleanupGraceMs }: HousekeepingPolicy,
): Promise<boolean> {
  const generationId = await generationOf(tx, attemptId, fence);
  const { job } = await lockHeldAttempt(tx, attemptId, fence);
  stateAfter(job, "publish");
  const row = await tx.first(statement`
    select 1
    from view_generation
    where id = ${generationId}
      and retired_at <= clock_timestamp() - ${cleanupGraceMs} * interval '1 millisecond'`);
  return row !== null;
}

/** Notes that nothing of a generation is online any more: what was pushed into it is of no use from now on. */
export async function noteCleaned(queries: Queries, generationId: number): Promise<void> {
  await queries.run(statement`
    delete from stream_event
    using view_generation
    where stream_event.generation_id = ${generationId}
      and view_generation.id = stream_event.generation_id
      and view_generation.retired_at is not null`);
  await queries.run(statement`
    update view_generation
    set cleaned_at = clock_timestamp()
    where id = ${generationId} and retired_at is not null`);
}

/** Whether nobody has had this turn within the interval. */
export async function takeTurn(queries: Queries, name: string, intervalMs: number): Promise<boolean> {
  const row = await queries.first(statement`
    insert into turn (name, taken_at)
    values (${name}, clock_timestamp())
    on conflict (name) do update set taken_at = excluded.taken_at
    where turn.taken_at <= clock_timestamp() - ${intervalMs} * interval '1 millisecond'
    returning name`);
  return row !== null;
}
