import { hideKeys, noteHidden, type GenerationState, type PushTarget } from "@tesela/online-store";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { deletedKeysOf } from "./deleted-keys.ts";

/** Says in the marker that a push has written that keys are hidden; `history` is that in which the push began. */
export type NoteHidden = (history: GenerationState["history"]) => Promise<void>;

/**
 * Tells an online store that has lost its data, or is new, which keys are deleted: before anything else comes, so
 * that no late event of theirs is ever shown (TIME T17). There is no marker yet to say so in: what it gives is called
 * once the push has ended.
 */
export async function hideAgain({ registry }: WorkerContext, target: PushTarget): Promise<NoteHidden> {
  const { view, generation } = target;
  const stamps = registry.deletions;
  const deleted = await deletedKeysOf(registry, { generationId: generation, view, store: "online" });
  if (deleted.keys.length === 0) return async () => undefined;
  const stamp = await hideKeys(target, deleted, { isCleaned: true, stamps });
  return (history) => noteHidden(target, stamps, stamp, history);
}
