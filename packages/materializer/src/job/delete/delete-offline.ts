import { TeselaError } from "@tesela/core";
import type { ClaimedAttempt, HousekeepingReport } from "@tesela/registry";
import type { Lease } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { cleanFile } from "./clean-file.ts";
import { removeReplaced } from "./remove-replaced.ts";

/**
 * Takes the deleted keys of a view out of every file that holds them, of all its generations and of the snapshots
 * that are kept (TIME T14), then removes the files that held them. Done again after a crash it goes on.
 */
export async function deleteOffline(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  lease: Lease,
): Promise<HousekeepingReport> {
  const { workspaceId, viewName } = attempt;
  const report = { files: 0, rows: 0 };
  for (;;) {
    const files = await context.registry.deletions.uncleanFiles(workspaceId, viewName);
    if (files.length === 0) break;
    let swapped: TeselaError | null = null;
    let cleaned = 0;
    for (const file of files) {
      try {
        report.rows += await cleanFile(context, attempt, file, { signal: lease.signal });
        cleaned++;
      } catch (error) {
        const isGone = (await context.offlineStore.stat(file.path)) === null;
        swapped = swappedMeanwhile(error, isGone);
      }
      lease.report({ phase: "rewriting", fraction: null, rows: report.rows });
    }
    report.files += cleaned;
    if (cleaned === 0 && swapped !== null) throw swapped;
  }
  lease.report({ phase: "removing", fraction: null, rows: report.rows });
  return { ...report, removed: await removeReplaced(context, attempt, lease) };
}

/** Compaction, or another deletion, has put a file in the place of this one: that one's turn comes. Throws all else. */
function swappedMeanwhile(error: unknown, isGone: boolean): TeselaError {
  if (!(error instanceof TeselaError) || (error.code !== "UNAVAILABLE" && !isGone)) throw error;
  return new TeselaError("UNAVAILABLE", error.message, { cause: error });
}
