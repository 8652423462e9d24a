import type { ChunkAddress, EntityKey, StoredKind } from "../port.ts";

/** The level that stands for attributes, so that they never meet the tiles of level 0. */
const ATTRIBUTES_LEVEL = -1;

/** A level at which nothing is ever stored: it asks for a marker alone. */
export const NO_LEVEL = -2;

/** The level that stands for members of indexes: their keys have scopes of their own besides. */
export const INDEX_LEVEL = -3;

/** The level of what stands beside attributes. */
const BESIDE_ATTRIBUTES_LEVEL = -4;

/** The stored key of an entity: its scope, which holds no NUL, a NUL, and its bytes. */
export function storedKey({ scope, bytes }: EntityKey): Buffer {
  return Buffer.concat([Buffer.from(`${scope}\0`, "latin1"), bytes]);
}

/** The address of a stored value; `null` where it is of another kind. */
export function addressAt(kind: StoredKind, level: number, chunk: number): ChunkAddress | null {
  if (kind === "attributes") return level === ATTRIBUTES_LEVEL ? { level: 0, chunk } : null;
  return level < 0 ? null : { level, chunk };
}

/** The stored level of a value. */
export function storedLevel(kind: StoredKind, { level }: ChunkAddress): number {
  if (kind === "tiles") return level;
  return level === 0 ? ATTRIBUTES_LEVEL : BESIDE_ATTRIBUTES_LEVEL;
}
