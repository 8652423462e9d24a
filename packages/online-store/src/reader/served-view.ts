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
  return { scope: scopeOf(workspaceId, view.joinKeys), bytes: encodeKey(values) };
}
