import type { Queries } from "../database/database.ts";
import { generationOf, lockHeldAttempt } from "../attempts/held-attempt.ts";
import { stateAfter } from "../jobs/state-after.ts";
import { lockGeneration } from "../ledger/lock-generation.ts";
import { mergeFiles, type MergedFile } from "../ledger/swap-files.ts";
import type { DoneMerge, MergeGroup } from "../types/housekeeping.ts";
import type { NewFile } from "../types/ledger.ts";

/** Swaps what a compaction has merged, all at once. Throws `CANCELLED` after a request to cancel. */
export async function swapMerged(
  tx: Queries,
  attemptId: string,
  fence: number,
  merges: readonly DoneMerge[],
): Promise<void> {
  const generation = await lockGeneration(tx, await generationOf(tx, attemptId, fence));
  const { job } = await lockHeldAttempt(tx, attemptId, fence);
  stateAfter(job, "publish");
  await mergeFiles(tx, generation, {
    replaced: merges.flatMap(({ group }) => group.map(({ id }) => id)),
    merged: merges.flatMap(({ group, file }) => (file === null ? [] : [mergedFile(group, file)])),
  });
}

function mergedFile(group: MergeGroup, file: NewFile): MergedFile {
  return { file, parts: group.flatMap(({ parts }) => parts) };
}
