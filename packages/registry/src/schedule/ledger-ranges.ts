import { micros, type LedgerRanges, type StoreRanges, type TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { Store } from "../types/ledger.ts";

interface Row {
  readonly store: Store;
  readonly kind: keyof StoreRanges;
  readonly start: bigint;
  readonly end: bigint;
}

/** What each store has of a generation, is about to get, or would have got from jobs that did not end well. */
export async function readLedgerRanges(queries: Queries, generationId: number): Promise<LedgerRanges> {
  const rows = await queries.rows<Row>(statement`
    select store, state as kind, lower(during) as start, upper(during) as "end"
    from range
    where generation_id = ${generationId} and state in ('live', 'reserved')
    union all
    select store, 'held', start_time, end_time
    from job
    cross join unnest(array['offline', 'online']) as wanted (store)
    where generation_id = ${generationId}
      and type = 'batch'
      and state in ('MANUALLY_CANCELLED', 'FAILURE')
      and released_at is null
      and case store when 'offline' then offline else online end`);
  const of = (store: Store): StoreRanges => ({
    live: rangesOf(rows, store, "live"),
    reserved: rangesOf(rows, store, "reserved"),
    held: rangesOf(rows, store, "held"),
  });
  return { offline: of("offline"), online: of("online") };
}

function rangesOf(rows: readonly Row[], store: Store, kind: keyof StoreRanges): TimeRange[] {
  return rows
    .filter((row) => row.store === store && row.kind === kind)
    .map(({ start, end }) => ({ start: micros(start), end: micros(end) }));
}
