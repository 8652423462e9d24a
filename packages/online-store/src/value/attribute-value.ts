import { micros, type EpochMicros } from "@tesela/core";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { readCells, writeCells, type Cell, type CellType } from "./cell-codec.ts";
import { readHeader, writeHeader } from "./header.ts";

/** One row of an attribute view, as the online store keeps it. */
export interface AttributeEntry {
  readonly eventTime: EpochMicros;
  /** The commit that brought it. */
  readonly commitSeq: bigint;
  readonly cells: readonly Cell[];
}

/** Packs the rows of one key, which ascend by event time, under a stamp. */
export function encodeAttributes(
  stamp: bigint,
  types: readonly CellType[],
  entries: readonly AttributeEntry[],
): Uint8Array {
  const writer = new ByteWriter();
  writeHeader(writer, stamp);
  writer.uint32(entries.length);
  for (const { eventTime, commitSeq, cells } of entries) {
    writer.int64(eventTime);
    writer.uint64(commitSeq);
    writeCells(writer, types, cells);
  }
  return writer.finish();
}

/** Unpacks the rows of one key; none where nothing is stored. */
export function decodeAttributes(value: Uint8Array | null, types: readonly CellType[]): AttributeEntry[] {
  if (value === null) return [];
  const reader = new ByteReader(value);
  readHeader(reader);
  return Array.from({ length: reader.uint32() }, () => ({
    eventTime: micros(reader.int64()),
    commitSeq: reader.uint64(),
    cells: readCells(reader, types),
  }));
}
