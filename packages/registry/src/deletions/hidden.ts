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
