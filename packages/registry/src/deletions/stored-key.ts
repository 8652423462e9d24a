import { canonicalJson, decodeKey, encodeKey, type JoinKey, type KeyValue } from "@tesela/core";

/** Join keys by name: the order in which entities give them to a view is no part of a key. */
export function sortedKeys(joinKeys: readonly JoinKey[]): readonly JoinKey[] {
  return joinKeys.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Join keys as a deletion keeps them. */
export function storedJoinKeys(joinKeys: readonly JoinKey[]): string {
  return canonicalJson(sortedKeys(joinKeys).map(({ name, type }) => ({ name, type })));
}

/** A key as a deletion keeps it. */
export function storedKey(joinKeys: readonly JoinKey[], key: readonly KeyValue[]): Buffer {
  return Buffer.from(encodeKey(sortedKeys(joinKeys).map((one) => key[joinKeys.indexOf(one)]!)));
}

/** The key, its values in the order of the join keys. */
export function keyOf(joinKeys: readonly JoinKey[], stored: Uint8Array): readonly KeyValue[] {
  const values = decodeKey(stored);
  const sorted = sortedKeys(joinKeys);
  return joinKeys.map((one) => values[sorted.indexOf(one)]!);
}
