import type { DeletedKey, DeletedKeys } from "@tesela/core";
import type { PushTarget } from "../push/key-rows.ts";
import { readState } from "../push/push-commit.ts";
import { entityKey } from "../reader/served-view.ts";
import { layoutOf } from "../value/layout.ts";
import { encodeTombstone, TOMBSTONE } from "./tombstone.ts";

const KEYS_PER_WRITE = 500;

/** Where it is known which stamps markers must have. */
export interface HiddenStamps {
  /** A stamp greater than every one before. */
  nextStamp(): Promise<bigint>;
  /** Takes note that the marker of a generation has a stamp: from then on it is missed where it lacks. */
  noteHidden(generation: number, stamp: bigint): Promise<void>;
}

/** How keys are hidden. */
export interface Hiding {
  /** Whether nothing from before the deletions is stored. */
  readonly isCleaned: boolean;
  readonly stamps: HiddenStamps;
}

/**
 * Hides the rows of deleted keys (TIME T17): once it returns, no read shows them, whatever is pushed. The keys are
 * in the order of the view's join keys. Gives the stamp under which the generation's marker says so, if there is one: a
 * marker that says less is that of a server that has lost the tombstones.
 */
export async function hideKeys(
  target: PushTarget,
  { keys }: DeletedKeys,
  { isCleaned, stamps }: Hiding,
): Promise<bigint> {
  const { store, view, workspaceId, generation } = target;
  await store.prepareGeneration(generation);
  const { history } = await readState(target);
  const latest = latestOf(target, keys);
  for (let at = 0; at < latest.length; at += KEYS_PER_WRITE) {
    const writes = latest.slice(at, at + KEYS_PER_WRITE).map(({ key, before, deletionId }) => ({
      key: entityKey(workspaceId, view, key),
      chunk: TOMBSTONE,
      value: encodeTombstone(deletionId, { before, isCleaned }),
    }));
    await store.write(generation, layoutOf(view).kind, writes);
  }
  // Only now: whoever finds a stamp in the marker finds what was hidden before the stamp was made.
  const stamp = await stamps.nextStamp();
  const isInMarker = await store.writeHidden(generation, stamp, history);
  // A process that has seen neither this marker nor a plan that knows of it would not miss it after a fail-over.
  await store.settle();
  if (isInMarker) await stamps.noteHidden(generation, stamp);
  return stamp;
}

/** Says in a marker that has come since that keys are hidden; `history` is that in which the marker's push began. */
export async function noteHidden(
  { store, generation }: Pick<PushTarget, "store" | "generation">,
  stamps: HiddenStamps,
  stamp: bigint,
  history: string,
): Promise<void> {
  if (await store.writeHidden(generation, stamp, history)) await stamps.noteHidden(generation, stamp);
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
