import { decodeKey, NO_DELETED_KEYS, type CompiledView, type DeletedKeys } from "@tesela/core";
import type { PushTarget } from "@tesela/online-store";
import type { ClaimedAttempt, LiveFile, Registry, Store } from "@tesela/registry";

/** Which deletions are asked about: those of a view's name and join keys that a store hides. */
export interface DeletionsOf {
  readonly generationId: number;
  readonly view: Pick<CompiledView, "joinKeys">;
  readonly store: Store;
}

/** The keys of a view whose rows are hidden (TIME T17) in what is computed now. */
export async function deletedKeysOf(
  { ledger, deletions }: Pick<Registry, "ledger" | "deletions">,
  { generationId, view: { joinKeys }, store }: DeletionsOf,
  after = 0n,
): Promise<DeletedKeys> {
  const { workspaceId, viewName } = await ledger.generation(generationId);
  return deletions.keys({ workspaceId, viewName, joinKeys, store }, after);
}

/** For each file the deleted keys that it may still hold; files that were written alike share theirs. */
export async function deletedByFile(
  registry: Pick<Registry, "ledger" | "deletions">,
  of: DeletionsOf,
  files: readonly Pick<LiveFile, "deletionId">[],
): Promise<(file: Pick<LiveFile, "deletionId">) => DeletedKeys> {
  const found = new Map<bigint, DeletedKeys>();
  for (const after of new Set(files.map(({ deletionId }) => deletionId))) {
    found.set(after, await deletedKeysOf(registry, of, after));
  }
  return ({ deletionId }) => found.get(deletionId)!;
}

/** The keys that an attempt leaves out of the files that it writes, and the last deletion that these know of. */
export interface HiddenKeys {
  readonly deleted: DeletedKeys;
  readonly deletionId: bigint;
}

/** What an attempt that begins to compute now hides; deletions that come later are carried out in its files. */
export async function hiddenKeysOf(
  registry: Pick<Registry, "ledger" | "deletions">,
  { workspaceId, viewName, generationId }: ClaimedAttempt,
  view: CompiledView,
): Promise<HiddenKeys> {
  const deletionId = await registry.deletions.newest(workspaceId, viewName);
  if (deletionId === 0n) return { deleted: NO_DELETED_KEYS, deletionId };
  return { deleted: await deletedKeysOf(registry, { generationId, view, store: "offline" }), deletionId };
}

/** Which of the keys of events are deleted online. */
export async function deletedAmong(
  { ledger, deletions }: Pick<Registry, "ledger" | "deletions">,
  { view: { joinKeys }, generation }: PushTarget,
  events: readonly { readonly key: Uint8Array }[],
): Promise<DeletedKeys> {
  const { workspaceId, viewName } = await ledger.generation(generation);
  const distinct = new Map(events.map(({ key }) => [Buffer.from(key).toString("latin1"), key]));
  const keys = [...distinct.values()].map(decodeKey);
  return deletions.keysAmong({ workspaceId, viewName, joinKeys, store: "online" }, keys);
}
