import { decodeKey, encodeKey, type CompiledView, type KeyValue } from "@tesela/core";
import type { EntityKey } from "../store/port.ts";
import { scopeOf } from "./served-view.ts";

/** The place of a view's wildcard among its join keys; `null` where it has none. */
export function wildcardPlace({ joinKeys, wildcardKey }: CompiledView): number | null {
  if (wildcardKey === null) return null;
  return joinKeys.findIndex(({ name }) => name === wildcardKey.name);
}

/** The stored key of an index: its scope says which join key is left out of the given ones, which keep their order. */
export function indexKey(
  workspaceId: number,
  view: CompiledView,
  place: number,
  given: readonly KeyValue[],
): EntityKey {
  return { scope: `${scopeOf(workspaceId, view.joinKeys)}.w${place}`, bytes: encodeKey(given) };
}

/** A value of a wildcard as a member of an index. */
export function memberOf(value: KeyValue): Uint8Array {
  return encodeKey([value]);
}

/** The value that a member of an index stands for. */
export function valueOfMember(member: Uint8Array): KeyValue {
  return decodeKey(member)[0]!;
}
