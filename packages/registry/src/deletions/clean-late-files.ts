import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { NewFile } from "../types/ledger.ts";
import { insertDeleteJob } from "./delete-job.ts";

/** The view whose generation is locked. */
export interface CommittingJob {
  readonly workspaceId: number;
  readonly generationId: number;
  readonly viewName: string;
}

/**
 * A file that was computed while keys were deleted still holds them. Reads hide them; a job of the platform
 * takes them out of the file.
 */
export async function cleanLateFiles(
  tx: Queries,
  { workspaceId, generationId, viewName: view }: CommittingJob,
  files: readonly NewFile[],
): Promise<void> {
  if (files.length === 0) return;
  const deletionId = await newestDeletion(tx, workspaceId, view);
  if (files.every((file) => (file.deletionId ?? 0n) >= deletionId)) return;
  const job = { workspaceId, generationId, view, deletionId, requestedBy: "" };
  await insertDeleteJob(tx, { ...job, store: "offline", trigger: "system" });
}

/** The id of the newest offline deletion of a view's name; 0 before the first. */
export async function newestDeletion(
  queries: Queries,
  workspaceId: number,
  viewName: string,
): Promise<bigint> {
  const row = await queries.first<{ id: bigint }>(statement`
    select coalesce(max(id), 0) as id
    from deletion
    where workspace_id = ${workspaceId} and view_name = ${viewName} and offline`);
  return row!.id;
}
