import { micros, subtractRanges, type TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { Store } from "../types/ledger.ts";

/** Which commit becomes live where. */
export interface NewLiveRange {
  readonly generationId: number;
  readonly store: Store;
  readonly range: TimeRange;
  readonly jobId: string;
  readonly commitId: bigint;
  readonly seq: bigint;
}

interface LiveRow {
  readonly id: bigint;
  readonly jobId: string;
  readonly commitId: bigint;
  readonly start: bigint;
  readonly end: bigint;
}

/** Turns a job's reservation into a live range; what it overlaps is replaced there and lives on elsewhere. */
export async function makeLive(tx: Queries, live: NewLiveRange): Promise<void> {
  const { jobId, store } = live;
  await tx.run(
    statement`delete from range where job_id = ${jobId} and store = ${store} and state = 'reserved'`,
  );
  for (const old of await overlapped(tx, live)) await replacePart(tx, old, live);
  await insertLive(tx, live);
}

function overlapped(tx: Queries, { generationId, store, range }: NewLiveRange): Promise<LiveRow[]> {
  return tx.rows(statement`
    select id, job_id as "jobId", commit_id as "commitId", lower(during) as start, upper(during) as end
    from range
    where generation_id = ${generationId} and store = ${store} and state = 'live'
      and during && int8range(${range.start}, ${range.end})`);
}

async function replacePart(tx: Queries, old: LiveRow, live: NewLiveRange): Promise<void> {
  await tx.run(statement`update range set state = 'replaced', to_seq = ${live.seq} where id = ${old.id}`);
  const whole = { start: micros(old.start), end: micros(old.end) };
  for (const range of subtractRanges(whole, [live.range])) await insertLive(tx, { ...live, ...old, range });
}

async function insertLive(tx: Queries, live: NewLiveRange): Promise<void> {
  await tx.run(statement`
    insert into range (generation_id, store, state, during, job_id, commit_id, from_seq)
    values (
      ${live.generationId}, ${live.store}, 'live', int8range(${live.range.start}, ${live.range.end}),
      ${live.jobId}, ${live.commitId}, ${live.seq}
    )`);
}
