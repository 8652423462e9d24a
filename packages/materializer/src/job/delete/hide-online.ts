import type { DeletedKeys } from "@tesela/core";
import { hideKeys, type PushTarget } from "@tesela/online-store";
import type { WorkerContext } from "../../worker/worker-context.ts";

/** Hides deleted keys and notes the stamp under which the online store says so: from then on it is missed where it lacks. */
export async function hideOnline(
  { registry: { deletions } }: WorkerContext,
  target: PushTarget,
  deleted: DeletedKeys,
  isCleaned: boolean,
): Promise<void> {
  const stamp = await hideKeys(target, deleted, { isCleaned, nextStamp: () => deletions.nextStamp() });
  if (stamp !== null) await deletions.noteHidden(target.generation, stamp);
}
