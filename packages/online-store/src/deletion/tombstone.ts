import { micros, type EpochMicros } from "@tesela/core";
import { BESIDE_LEVEL, type ChunkAddress } from "../store/port.ts";
import { ByteReader } from "../value/byte-reader.ts";
import { ByteWriter } from "../value/byte-writer.ts";
import { passHeader, writeHeader } from "../value/header.ts";

/** What the online store knows of the deletion of a key (TIME T17). */
export interface Tombstone {
  /** Rows before this instant are hidden for good. */
  readonly before: EpochMicros;
  /**
   * Whether values from before the deletion are gone: then a tile that holds the instant has only rows from it on.
   * Until then such a tile is hidden as a whole.
   */
  readonly isCleaned: boolean;
}

/** Where the tombstone of a key lies, beside the values of its view: at a level that nothing else has. */
export const TOMBSTONE: ChunkAddress = { level: BESIDE_LEVEL, chunk: 0 };

const TOMBSTONE_VERSION = 1;

/** Packs a tombstone under a stamp: the id of the latest deletion that it stands for. */
export function encodeTombstone(stamp: bigint, { before, isCleaned }: Tombstone): Uint8Array {
  const writer = new ByteWriter();
  writeHeader(writer, stamp, TOMBSTONE_VERSION);
  writer.int64(before);
  writer.uint8(isCleaned ? 1 : 0);
  return writer.finish();
}

/** Unpacks a tombstone; `null` where the key was never deleted. */
export function decodeTombstone(value: Uint8Array | null): Tombstone | null {
  if (value === null) return null;
  const reader = new ByteReader(value);
  passHeader(reader);
  return { before: micros(reader.int64()), isCleaned: reader.uint8() === 1 };
}

/** Whether an event is hidden. */
export function hidesEvent(tombstone: Tombstone | null, at: EpochMicros): boolean {
  return tombstone !== null && at < tombstone.before;
}

/** Whether a tile is hidden: its start and its length. */
export function hidesTile(tombstone: Tombstone | null, start: EpochMicros, length: bigint): boolean {
  if (tombstone === null) return false;
  const { before, isCleaned } = tombstone;
  return isCleaned ? start + length <= before : start < before;
}
