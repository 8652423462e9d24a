import { micros, type StoreLedger, type TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { CoverageLedger } from "../types/coverage.ts";
import type { Store } from "../types/ledger.ts";

/** A range and one thing that is true of it or not: stale if live, running if active, cancelled if held. */
interface Row {
  readonly store: Store;
  readonly kind: keyof StoreLedger;
  readonly start: bigint;
  readonly end: bigint;
  readonly jobId: string;
  readonly flag: boolean;
}

/** Reads what is live, what active jobs have reserved, and what jobs that did not end well hold. */
export async function readCoverage(queries: Queries, generationId: number): Promise<CoverageLedger> {
  const rows = await queries.rows<Row>(statement`
    select
      range.store, 'live' as kind, lower(during) as start, upper(during) as "end", range.job_id as "jobId",
      coalesce(commit.seen_fingerprint <> commit.source_fingerprint, false) as flag
    from range
    join commit on commit.id = range.commit_id
    where range.generation_id = ${generationId} and range.state = 'live'
    union all
    select
      store, 'active', lower(during), upper(during), job_id,
      exists (select 1 from attempt where attempt.job_id = range.job_id and attempt.state = 'RUNNING')
    from range
    where generation_id = ${generationId} and state = 'reserved'
    union all
    select store, 'held', start_time, end_time, id, state = 'MANUALLY_CANCELLED'
    from job
    cross join unnest(array['offline', 'online']) as wanted (store)
    where generation_id = ${generationId}
      and type = 'batch'
      and state in ('MANUALLY_CANCELLED', 'FAILURE')
      and released_at is null
      and case store when 'offline' then offline else online end
    order by start`);
  const seen = await queries.first<{ committedAt: bigint | null; seenAt: Date | null }>(statement`
    select max(committed_at) as "committedAt", max(seen_at) as "seenAt"
    from commit
    where generation_id = ${generationId}`);
  return {
    offline: storeLedger(rows, "offline"),
    online: storeLedger(rows, "online"),
    latestCommitAt: seen!.committedAt === null ? null : micros(seen!.committedAt),
    sourcesSeenAt: seen!.seenAt,
  };
}

function storeLedger(rows: readonly Row[], store: Store): StoreLedger {
  const of = (kind: keyof StoreLedger) => rows.filter((row) => row.store === store && row.kind === kind);
  return {
    live: of("live").map((row) => ({ ...jobRange(row), isStale: row.flag })),
    active: of("active").map((row) => ({ ...jobRange(row), isRunning: row.flag })),
    held: of("held").map((row) => ({ ...jobRange(row), isCancelled: row.flag })),
  };
}

function jobRange({ start, end, jobId }: Row): { readonly range: TimeRange; readonly jobId: string } {
  return { range: { start: micros(start), end: micros(end) }, jobId };
}
