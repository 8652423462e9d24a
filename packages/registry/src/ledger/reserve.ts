import type { TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { storesOf } from "./stores.ts";

/** The job that a reservation is for. */
export interface ReservingJob {
  readonly id: string;
  readonly generationId: number;
  readonly online: boolean;
  readonly offline: boolean;
}

/** Reserves ranges for a job in each store that it writes, until it makes them live or ends. */
export async function reserve(tx: Queries, job: ReservingJob, ranges: readonly TimeRange[]): Promise<void> {
  await tx.run(statement`
    insert into range (generation_id, store, state, during, job_id)
    select ${job.generationId}::integer, store, 'reserved', int8range(since, until), ${job.id}::uuid
    from unnest(${storesOf(job)}::text[]) as wanted (store)
    cross join unnest(
      ${ranges.map(({ start }) => start)}::bigint[],
      ${ranges.map(({ end }) => end)}::bigint[]
    ) as part (since, until)`);
}
