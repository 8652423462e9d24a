import {
  compileView,
  repositoryOf,
  resolveTable,
  type Definition,
  type DeletedKeys,
  type EpochMicros,
  type FeatureTableDefinition,
} from "@tesela/core";
import { hideKeys } from "../deletion/hide-keys.ts";
import type { KeyRows, PushTarget } from "../push/key-rows.ts";
import { beginTablePush, pushTable } from "../push/push-table.ts";
import type { OnlineStore } from "../store/port.ts";

let generations = 0;

/** A generation of a table that no other test of the file uses. */
export function tableTarget(
  store: OnlineStore,
  table: FeatureTableDefinition,
  entities: readonly Definition[],
): PushTarget {
  const repository = repositoryOf([...entities, table]);
  const view = compileView(table, repository, resolveTable(table, repository));
  return { store, view, workspaceId: 1, generation: (generations += 1) };
}

/** Brings a commit of a table at an instant of the clock. */
export async function pushRows(
  target: PushTarget,
  seq: bigint,
  clock: EpochMicros,
  rows: readonly KeyRows[],
): Promise<void> {
  const begun = await beginTablePush(target, seq, clock);
  const batches = (async function* () {
    yield rows;
  })();
  await pushTable(target, begun, batches);
}

/** Hides keys whose values are still there. */
export async function hide(target: PushTarget, deleted: DeletedKeys): Promise<void> {
  let stamp = 0n;
  const stamps = { nextStamp: async () => (stamp += 1n), noteHidden: async () => undefined };
  await hideKeys(target, deleted, { isCleaned: false, stamps });
}
