import type {
  ChunkAddress,
  EntityKey,
  Marker,
  OnlineStore,
  StoredKind,
  ViewRead,
  ViewReadResult,
} from "../port.ts";
import type { Proxy } from "./network.ts";

/** What an adapter brings to the suite: the url of a real server, and a store of its own there, not yet started, by any url. */
export interface SuiteAdapter {
  url(): string;
  open(url: string): OnlineStore;
  /** A server behind a proxy, where the real one cannot be reached through one. */
  proxy?(): Promise<Proxy>;
}

/** What every rule of the suite works with. */
export interface Suite {
  readonly adapter: SuiteAdapter;
  /** The started store. */
  readonly store: OnlineStore;
  /** Prepares a generation that no other test uses. */
  newGeneration(): Promise<number>;
  readOne(read: ViewRead): Promise<ViewReadResult>;
  readValue(generation: number, kind: StoredKind, key: EntityKey): Promise<Uint8Array | null>;
}

/** The address of attributes. */
export const noChunk: ChunkAddress = { level: 0, chunk: 0 };

/** A marker that says as little as one can. */
export const emptyMarker: Marker = {
  commitSeq: 1n,
  edge: null,
  retainedFrom: null,
  epoch: "a",
  hidden: 0n,
};

/** A key in one scope; each character is a byte. */
export function keyOf(bytes: string): EntityKey {
  return { scope: "prod.user", bytes: Uint8Array.from(Buffer.from(bytes, "latin1")) };
}

/** A value of format 1 with a stamp, and text or bytes behind it. */
export function valueOf(stamp: bigint, body: string | readonly number[]): Uint8Array {
  const head = Buffer.alloc(9, 1);
  head.writeBigUInt64BE(stamp, 1);
  return Buffer.concat([head, typeof body === "string" ? Buffer.from(body) : Buffer.from(body)]);
}

/** The stamp of a value; 0 of none. */
export function stampOf(value: Uint8Array | null): bigint {
  return value === null ? 0n : Buffer.from(value).readBigUInt64BE(1);
}

/** The text behind the stamp of a value; null of none. */
export function textOf(value: Uint8Array | null): string | null {
  return value === null ? null : Buffer.from(value).toString("utf8", 9);
}
