import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";

/** A stamp greater than every one before, and than the id of every deletion. */
export async function nextStamp(queries: Queries): Promise<bigint> {
  const row = await queries.first<{ stamp: bigint }>(statement`select nextval('deletion_id_seq') as stamp`);
  return row!.stamp;
}

/** Notes the stamp under which the online store says that keys of a generation are hidden; a greater one stays. */
export async function noteHidden(queries: Queries, generationId: number, stamp: bigint): Promise<void> {
  await queries.run(statement`
    update view_generation
    set hidden_stamp = ${stamp}
    where id = ${generationId} and hidden_stamp < ${stamp}`);
}

/** The stamps of a workspace's generations. */
export async function hiddenStamps(
  queries: Queries,
  workspaceId: number,
): Promise<ReadonlyMap<number, bigint>> {
  const rows = await queries.rows<{ id: number; stamp: bigint }>(statement`
    select id, hidden_stamp as stamp
    from view_generation
    where workspace_id = ${workspaceId} and hidden_stamp > 0 and retired_at is null`);
  return new Map(rows.map(({ id, stamp }) => [id, stamp]));
}
