import { neededFrom, type CompiledView, type EpochMicros } from "@tesela/core";
import { indexKey, memberOf, wildcardPlace } from "../reader/serving-index.ts";
import type { EntityKey, IndexMember } from "../store/port.ts";
import type { KeyRows, PushTarget } from "./key-rows.ts";

/**
 * Puts the keys that a push brings rows of into their view's index, before the rows: an index has every key of which
 * something is stored, and maybe some that have nothing to show. What no bound from the oldest that is asked about on
 * needs goes out of the same indexes; `null` while all may be needed.
 */
export async function indexKeys(
  { store, view, workspaceId, generation }: PushTarget,
  batch: readonly KeyRows[],
  oldestBound: EpochMicros | null,
): Promise<void> {
  const place = wildcardPlace(view);
  if (place === null) return;
  const members = batch.flatMap(({ key, rows }): IndexMember[] => {
    if (rows.length === 0) return [];
    const index = indexKey(workspaceId, view, place, key.toSpliced(place, 1));
    return [{ key: index, member: memberOf(key[place]!), latest: latestOf(view, rows) }];
  });
  await store.addMembers(generation, members);
  if (oldestBound === null) return;
  const before = neededFrom(view.time, oldestBound);
  const removals = distinct(members).map((key) => ({ key, member: null, before }));
  await store.removeMembers(generation, removals);
}

/** No event of the rows is later: a tile is known by its start. */
export function latestOf({ shape }: CompiledView, rows: KeyRows["rows"]): bigint {
  const latest = rows.reduce<bigint>((most, { time }) => (time > most ? time : most), rows[0]!.time);
  return shape.kind === "attributes" ? latest : latest + shape.interval - 1n;
}

function distinct(members: readonly IndexMember[]): readonly EntityKey[] {
  const byBytes = members.map(({ key }) => [Buffer.from(key.bytes).toString("latin1"), key] as const);
  return [...new Map(byBytes).values()];
}
