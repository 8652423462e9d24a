import { micros } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { SourceRange } from "../types/coverage.ts";

/** The commits of batch jobs of which some part is live in some store. */
export async function readSourceRanges(queries: Queries, generationId: number): Promise<SourceRange[]> {
  const rows = await queries.rows<{ commitId: bigint; start: bigint; end: bigint }>(statement`
    select commit.id as "commitId", commit.start_time as start, commit.end_time as "end"
    from commit
    join job on job.id = commit.job_id and job.type = 'batch'
    where commit.generation_id = ${generationId}
      and exists (select 1 from range where range.commit_id = commit.id and range.state = 'live')
    order by commit.start_time, commit.seq`);
  return rows.map(({ commitId, start, end }) => ({
    commitId,
    range: { start: micros(start), end: micros(end) },
  }));
}

/** Notes the fingerprints that the source files of commits have now. */
export async function sourcesSeen(
  queries: Queries,
  seen: readonly { readonly commitId: bigint; readonly fingerprint: string }[],
): Promise<void> {
  await queries.run(statement`
    update commit
    set seen_fingerprint = seen.fingerprint, seen_at = clock_timestamp()
    from unnest(
      ${seen.map(({ commitId }) => commitId)}::bigint[],
      ${seen.map(({ fingerprint }) => fingerprint)}::text[]
    ) as seen (commit_id, fingerprint)
    where commit.id = seen.commit_id`);
}
