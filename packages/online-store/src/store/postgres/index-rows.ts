import type { EntityKey, IndexMember, IndexRemoval } from "../port.ts";
import { STAMP_END } from "../stamp.ts";
import { INDEX_LEVEL, storedKey } from "./address.ts";
import { byteaArray } from "./binary-array.ts";
import type { StoredRow } from "./write-batches.ts";

/** Version of a member's value: that byte, then its `latest` where other values have their stamp. */
const FORMAT_VERSION = 1;

/** A range of stored keys, the upper end not in it. */
export interface KeyRange {
  readonly lower: Buffer;
  readonly upper: Buffer;
}

/** The row of a member: its key is that of the index with the member behind it, its stamp its `latest`. */
export function memberRow({ key, member, latest }: IndexMember): StoredRow {
  const value = Buffer.concat([Buffer.from([FORMAT_VERSION]), ordered(latest)], STAMP_END);
  return { key: Buffer.concat([indexPrefix(key), member]), level: INDEX_LEVEL, chunk: 0, value };
}

/** The member that a row of an index is. */
export function memberOfRow(key: EntityKey, stored: Buffer): Uint8Array {
  return stored.subarray(indexPrefix(key).length);
}

/** The rows of an index: every key that begins with its prefix, which says its own length. */
export function indexRange(key: EntityKey): KeyRange {
  const lower = indexPrefix(key);
  const upper = Buffer.from(lower);
  // The prefix begins with a scope, which is ASCII: some byte can be raised.
  let last = upper.length - 1;
  while (upper[last] === 0xff) last -= 1;
  upper[last]! += 1;
  return { lower, upper: upper.subarray(0, last + 1) };
}

/** The parameters of the statement that removes members, in key order. */
export function removalParameters(generation: number, removals: readonly IndexRemoval[]): readonly unknown[] {
  const rows = removals
    .map((removal) => ({ ...rangeOf(removal), before: ordered(removal.before) }))
    .toSorted((a, b) => a.lower.compare(b.lower));
  return [
    generation,
    byteaArray(rows.map(({ lower }) => lower)),
    byteaArray(rows.map(({ upper }) => upper)),
    byteaArray(rows.map(({ before }) => before)),
  ];
}

/** One member is the range from its key to the next key that there can be. */
function rangeOf({ key, member }: IndexRemoval): KeyRange {
  if (member === null) return indexRange(key);
  const lower = Buffer.concat([indexPrefix(key), member]);
  return { lower, upper: Buffer.concat([lower, Buffer.from([0])]) };
}

function indexPrefix({ scope, bytes }: EntityKey): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([storedKey({ scope, bytes: length }), bytes]);
}

/** Eight bytes that compare as the instants do. */
export function ordered(instant: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, instant + 2n ** 63n));
  return bytes;
}
