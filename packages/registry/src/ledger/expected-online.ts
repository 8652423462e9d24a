import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { ExpectedOnline } from "../types/ledger.ts";

/** What the online store must hold of a workspace's generations: one look at the newest range of each. */
export async function expectedOnline(
  queries: Queries,
  workspaceId: number,
): Promise<ReadonlyMap<number, ExpectedOnline>> {
  const rows = await queries.rows<ExpectedOnline & { id: number }>(statement`
    select
      view_generation.id,
      coalesce(stream_view.applied_stamp, newest.from_seq, 0) as "expectedSeq",
      view_generation.hidden_stamp as "expectedHidden"
    from view_generation
    left join stream_view on stream_view.generation_id = view_generation.id
    left join lateral (
      select from_seq
      from range
      where generation_id = view_generation.id and store = 'online' and state = 'live'
        and from_seq is not null
      order by from_seq desc
      limit 1
    ) as newest on true
    where view_generation.workspace_id = ${workspaceId} and view_generation.retired_at is null`);
  return new Map(rows.map(({ id, ...expected }) => [id, expected]));
}
