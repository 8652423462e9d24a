import type { Queries } from "../database/database.ts";
import { generationOf, lockHeldAttempt } from "../attempts/held-attempt.ts";
import { statement } from "../database/statement.ts";
import { stateAfter } from "../jobs/state-after.ts";
import { lockGeneration } from "../ledger/lock-generation.ts";
import type { FileCount } from "../types/housekeeping.ts";
import { isNeeded, keptSeq, type Retention } from "./needed.ts";

/** Gives up the expired snapshots of an attempt's generation and dooms what they alone needed. */
export async function doomFiles(
  tx: Queries,
  attemptId: string,
  fence: number,
  retention: Retention,
): Promise<FileCount> {
  const { id } = await lockGeneration(tx, await generationOf(tx, attemptId, fence));
  const { job } = await lockHeldAttempt(tx, attemptId, fence);
  stateAfter(job, "publish");
  await tx.run(statement`
    update view_generation
    set kept_seq = ${keptSeq(retention)}
    where id = ${id}`);
  const doomed = await tx.rows<{ bytes: bigint }>(statement`
    update file
    set doomed_at = clock_timestamp()
    from commit, view_generation, lateral (select view_generation.kept_seq as seq) as kept
    where commit.id = file.commit_id
      and view_generation.id = commit.generation_id
      and view_generation.id = ${id}
      and file.doomed_at is null
      and not ${isNeeded()}
    returning file.bytes`);
  await tx.run(statement`
    delete from range
    where generation_id = ${id}
      and state = 'replaced'
      and to_seq <= (select kept_seq from view_generation where view_generation.id = ${id})`);
  return { files: doomed.length, bytes: doomed.reduce((sum, { bytes }) => sum + Number(bytes), 0) };
}
