import type { KeyType, KeyValue } from "./value-type.ts";

/** A join key column. */
export interface JoinKey {
  readonly name: string;
  readonly type: KeyType;
}

/**
 * The canonical bytes of a key (TIME T9): exact for int64, and each part carries its length, so that
 * ('1','23') and ('12','3') differ. Values are in the order of the join keys.
 */
export function encodeKey(values: readonly KeyValue[]): Uint8Array {
  if (values.length === 1) return encodePart(values[0]!);
  const parts = values.map(encodePart);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const encoder = new TextEncoder();

function encodePart(value: KeyValue): Uint8Array {
  if (typeof value === "bigint") return encodeInt64(value);
  return typeof value === "string" ? sized(2, encoder.encode(value)) : sized(3, value);
}

/** Eight bytes to convert by: a view of each key's own array costs more than the rest of its encoding. */
const eightBytes = new Uint8Array(8);
const eightBytesView = new DataView(eightBytes.buffer);

function encodeInt64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = 1;
  eightBytesView.setBigInt64(0, value);
  bytes.set(eightBytes, 1);
  return bytes;
}

function sized(tag: number, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + content.length);
  bytes[0] = tag;
  new DataView(bytes.buffer).setUint32(1, content.length);
  bytes.set(content, 5);
  return bytes;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The values of a key from its canonical bytes: what `encodeKey` was given. */
export function decodeKey(bytes: Uint8Array): readonly KeyValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: KeyValue[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at];
    if (tag === 1) {
      values.push(view.getBigInt64(at + 1));
      at += 9;
      continue;
    }
    const end = at + 5 + view.getUint32(at + 1);
    const content = bytes.slice(at + 5, end);
    values.push(tag === 2 ? decoder.decode(content) : content);
    at = end;
  }
  return values;
}
