import { createHash } from "node:crypto";
import { canonicalJson, encodeKey, type CompiledView, type JoinKey, type KeyValue } from "@tesela/core";
import type { EntityKey } from "../store/port.ts";

/** A view that can be read online: what it is and where its data are. */
export interface ServedView {
  readonly view: CompiledView;
  readonly workspaceId: number;
  readonly generation: number;
  /** The last commit whose push is known to be complete; 0 before the first. */
  readonly expectedSeq: bigint;
  /** The greatest stamp under which deleted keys are known to be hidden (TIME T17); none where it is not given. */
  readonly expectedHidden?: bigint;
}

/** Names workspace and join-key set, so that keys of two of them never collide (TIME T9). */
export function scopeOf(workspaceId: number, joinKeys: readonly JoinKey[]): string {
  return `${workspaceId}.${keySetDigest(joinKeys)}`;
}

/** A compiled view's join keys are one array as long as it lives: hashing them costs more than the rest of the key. */
const digests = new WeakMap<readonly JoinKey[], string>();

function keySetDigest(joinKeys: readonly JoinKey[]): string {
  const known = digests.get(joinKeys);
  if (known !== undefined) return known;
  const digest = createHash("sha256").update(canonicalJson(joinKeys)).digest("hex").slice(0, 16);
  digests.set(joinKeys, digest);
  return digest;
}

/** The stored key of an entity; values in the order of the view's join keys. */
export function entityKey(workspaceId: number, view: CompiledView, values: readonly KeyValue[]): EntityKey {
  const scope = scopeOf(workspaceId, view.joinKeys);
  if (scope === last.key.scope && isSame(values, last.values)) return last.key;
  last = { key: { scope, bytes: encodeKey(values) }, values };
  return last.key;
}

/** The views of a service are read one after another for the same key: it is encoded once. */
let last: { readonly key: EntityKey; readonly values: readonly KeyValue[] } = {
  key: { scope: "", bytes: new Uint8Array(0) },
  values: [],
};

function isSame(a: readonly KeyValue[], b: readonly KeyValue[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
