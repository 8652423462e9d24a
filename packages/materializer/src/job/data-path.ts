import { attemptPath } from "@tesela/offline-store";
import type { ClaimedAttempt } from "@tesela/registry";

/** Where an attempt puts the one file that it writes. */
export function dataPath({ workspaceId, viewName, generationId, id: attemptId }: ClaimedAttempt): string {
  const address = { workspaceId: String(workspaceId), viewName, generation: generationId, attemptId };
  return attemptPath(address, "part-0.parquet");
}
