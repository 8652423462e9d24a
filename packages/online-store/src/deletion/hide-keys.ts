import type { DeletedKey, DeletedKeys } from "@tesela/core";
import type { PushTarget } from "../push/key-rows.ts";
import { entityKey } from "../reader/served-view.ts";
import { layoutOf } from "../value/layout.ts";
import { encodeTombstone, TOMBSTONE } from "./tombstone.ts";

const KEYS_PER_WRITE = 500;

/**
 * Hides the rows of deleted keys (TIME T17): once it returns, no read shows them, whatever is pushed. The keys are
 * in the order of the view's join keys. `isCleaned` says that nothing from before the deletions is stored.
 */
export async function hideKeys(target: PushTarget, { keys }: DeletedKeys, isCleaned: boolean): Promise<void> {
  const { store, view, workspaceId, generation } = target;
  await store.prepareGeneration(generation);
  const latest = latestOf(target, keys);
  for (let at = 0; at < latest.length; at += KEYS_PER_WRITE) {
    const writes = latest.slice(at, at + KEYS_PER_WRITE).map(({ key, before, deletionId }) => ({
      key: entityKey(workspaceId, view, key),
      chunk: TOMBSTONE,
      value: encodeTombstone(deletionId, { before, isCleaned }),
    }));
    await store.write(generation, layoutOf(view).kind, writes);
  }
  // No marker tells of a tombstone that a fail-over has lost.
  await store.settle();
}

/** A key that was deleted more than once is hidden up to the latest instant, whichever deletion came last. */
function latestOf({ view, workspaceId }: PushTarget, keys: readonly DeletedKey[]): readonly DeletedKey[] {
  const latest = new Map<string, DeletedKey>();
  for (const one of keys) {
    const name = Buffer.from(entityKey(workspaceId, view, one.key).bytes).toString("latin1");
    const known = latest.get(name) ?? one;
    latest.set(name, {
      ...one,
      before: known.before > one.before ? known.before : one.before,
      deletionId: known.deletionId > one.deletionId ? known.deletionId : one.deletionId,
    });
  }
  return [...latest.values()];
}
