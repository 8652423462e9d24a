import { micros, subtractRanges, type TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { Store } from "../types/ledger.ts";
import type { ReservingJob } from "./reserve.ts";

interface LiveRow {
  readonly id: bigint;
  readonly jobId: string;
  readonly commitId: bigint;
  readonly fromSeq: bigint;
  readonly start: bigint;
  readonly end: bigint;
}

/** A part of a commit's range that becomes live. */
interface NewLiveRange {
  readonly generationId: number;
  readonly store: Store;
  readonly range: TimeRange;
  readonly jobId: string;
  readonly commitId: bigint;
  readonly seq: bigint;
}

/** The job whose reservations become live. */
type ReservedJob = Pick<ReservingJob, "id" | "generationId">;

/**
 * Turns what a job has reserved in a store into live ranges of its commit; what they overlap is replaced there
 * and lives on elsewhere.
 */
export async function makeLive(
  tx: Queries,
  store: Store,
  job: ReservedJob,
  commit: { readonly id: bigint; readonly seq: bigint },
): Promise<void> {
  if (!(await makeLiveAtOnce(tx, store, job, commit.seq))) await replaceLive(tx, store, job, commit);
}

/**
 * The common case in one statement, which needs of the commit only its place; `false` where something is replaced, and
 * then nothing is done. What is reserved is one value, so that the live ranges are looked up by their index whatever
 * the planner knows of the table.
 */
export async function makeLiveAtOnce(
  tx: Queries,
  store: Store,
  { id: jobId, generationId }: ReservedJob,
  seq: bigint,
): Promise<boolean> {
  const count = await tx.run(statement`
    update range
    set state = 'live', from_seq = ${seq},
      commit_id = (select id from commit where generation_id = ${generationId} and seq = ${seq})
    where job_id = ${jobId} and store = ${store} and state = 'reserved'
      and not exists (
        select
        from range as live
        where live.generation_id = ${generationId} and live.store = ${store} and live.state = 'live'
          and live.during && (
            select range_agg(during)
            from range
            where job_id = ${jobId} and store = ${store} and state = 'reserved'
          )
      )`);
  return count > 0;
}

/** The same where something is replaced. */
export async function replaceLive(
  tx: Queries,
  store: Store,
  { id: jobId, generationId }: ReservedJob,
  commit: { readonly id: bigint; readonly seq: bigint },
): Promise<void> {
  for (const range of await takeReserved(tx, jobId, store)) {
    await goLive(tx, { generationId, store, range, jobId, commitId: commit.id, seq: commit.seq });
  }
}

async function takeReserved(tx: Queries, jobId: string, store: Store): Promise<TimeRange[]> {
  const rows = await tx.rows<{ start: bigint; end: bigint }>(statement`
    delete from range
    where job_id = ${jobId} and store = ${store} and state = 'reserved'
    returning lower(during) as start, upper(during) as end`);
  return rows.map(({ start, end }) => ({ start: micros(start), end: micros(end) }));
}

async function goLive(tx: Queries, live: NewLiveRange): Promise<void> {
  for (const old of await overlapped(tx, live)) await replacePart(tx, old, live);
  await insertLive(tx, live);
}

function overlapped(tx: Queries, { generationId, store, range }: NewLiveRange): Promise<LiveRow[]> {
  return tx.rows(statement`
    select
      id,
      job_id as "jobId",
      commit_id as "commitId",
      from_seq as "fromSeq",
      lower(during) as start,
      upper(during) as end
    from range
    where generation_id = ${generationId} and store = ${store} and state = 'live'
      and during && int8range(${range.start}, ${range.end})`);
}

async function replacePart(tx: Queries, old: LiveRow, live: NewLiveRange): Promise<void> {
  await endLive(tx, old, live.seq);
  const whole = { start: micros(old.start), end: micros(old.end) };
  for (const range of subtractRanges(whole, [live.range])) await insertLive(tx, { ...live, ...old, range });
}

/** What this very commit has split off is gone without a trace: it was live at no commit. */
async function endLive(tx: Queries, { id, fromSeq }: LiveRow, seq: bigint): Promise<void> {
  if (fromSeq === seq) await tx.run(statement`delete from range where id = ${id}`);
  else await tx.run(statement`update range set state = 'replaced', to_seq = ${seq} where id = ${id}`);
}

async function insertLive(tx: Queries, live: NewLiveRange): Promise<void> {
  await tx.run(statement`
    insert into range (generation_id, store, state, during, job_id, commit_id, from_seq)
    values (
      ${live.generationId}, ${live.store}, 'live', int8range(${live.range.start}, ${live.range.end}),
      ${live.jobId}, ${live.commitId}, ${live.seq}
    )`);
}
