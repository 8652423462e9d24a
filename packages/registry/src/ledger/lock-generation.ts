import { TeselaError } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";

/** What the ledger's operations need to know of the generation that they have locked. */
export interface LockedGeneration {
  readonly id: number;
  readonly lastCommitSeq: bigint;
  readonly lastCommittedAt: bigint | null;
  readonly isRetired: boolean;
}

/**
 * Makes the ledger's operations of a view take turns. Locks are taken in the order workspace, generation, job,
 * so that none waits for another in a circle. Throws `NOT_FOUND`.
 */
export async function lockGeneration(tx: Queries, generationId: number): Promise<LockedGeneration> {
  const row = await lockGenerationWhere(tx, statement`id = ${generationId}`);
  if (row === null) throw generationNotFound(generationId);
  return row;
}

/** The same for the one generation that a condition tells; `null` for none. */
export function lockGenerationWhere(tx: Queries, condition: Statement): Promise<LockedGeneration | null> {
  return tx.first<LockedGeneration>(statement`
    select
      id,
      last_commit_seq as "lastCommitSeq",
      last_committed_at as "lastCommittedAt",
      retired_at is not null as "isRetired"
    from view_generation
    where ${condition}
    for no key update`);
}

/** The error for a generation that is not there. */
export function generationNotFound(generationId: number): TeselaError {
  return new TeselaError("NOT_FOUND", `There is no view generation ${generationId}.`);
}
