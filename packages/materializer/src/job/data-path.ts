import { attemptPath } from "@tesela/offline-store";
import type { ClaimedAttempt } from "@tesela/registry";

/** The file of an attempt that writes one. */
export const WHOLE = "part-0.parquet";

/** Where an attempt puts a file that it writes. */
export function dataPath(
  { workspaceId, viewName, generationId, id: attemptId }: ClaimedAttempt,
  name: string = WHOLE,
): string {
  const address = { workspaceId: String(workspaceId), viewName, generation: generationId, attemptId };
  return attemptPath(address, name);
}
