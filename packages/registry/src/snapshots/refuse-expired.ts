import { TeselaError } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";

/**
 * Throws `EXPIRED` where files of a snapshot have been given up (TIME T14). Asked after its files were read: what
 * was found before nobody removes while its reader's lease holds. Before the first commit there is nothing to keep.
 */
export async function refuseExpired(
  queries: Queries,
  generationId: number,
  commitSeq: bigint,
): Promise<void> {
  const expired = await queries.first<{ keptSeq: bigint }>(statement`
    select kept_seq as "keptSeq"
    from view_generation
    where id = ${generationId} and kept_seq > ${commitSeq} and ${commitSeq} > 0::bigint`);
  if (expired === null) return;
  throw new TeselaError(
    "EXPIRED",
    `The snapshot of commit ${commitSeq} has expired: those from commit ${expired.keptSeq} on are kept.`,
    { fix: "Read at a later asOf, or without one; snapshotRetention says how long snapshots are kept." },
  );
}
