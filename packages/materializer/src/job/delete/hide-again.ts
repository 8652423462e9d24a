import { hideKeys, type PushTarget } from "@tesela/online-store";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { deletedKeysOf } from "./deleted-keys.ts";

/**
 * Tells an online store that has lost its data, or is new, which keys are deleted: before anything else comes, so
 * that no late event of theirs is ever shown (TIME T17).
 */
export async function hideAgain({ registry }: WorkerContext, target: PushTarget): Promise<void> {
  const { view, generation: generationId } = target;
  const deleted = await deletedKeysOf(registry, { generationId, view, store: "online" });
  if (deleted.keys.length > 0) await hideKeys(target, deleted, true);
}
