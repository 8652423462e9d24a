import { micros, type EpochMicros } from "@tesela/core";
import { ByteReader } from "./byte-reader.ts";
import { written, type ByteWriter } from "./byte-writer.ts";
import { readCells, skipCells, writeCells, type Cell, type CellType } from "./cell-codec.ts";
import { passHeader, readHeader, writeHeader } from "./header.ts";

/** One row of an attribute view, as the online store keeps it. */
export interface AttributeEntry {
  readonly eventTime: EpochMicros;
  /** The commit that brought it. */
  readonly commitSeq: bigint;
  readonly cells: readonly Cell[];
}

/** The first format: how many rows in four bytes, and the commit of each in eight. */
const WIDE = 1;
/** One byte says how many rows, and one for each that its commit is the stamp's: nearly always so. */
const NARROW = 2;
/** In the place of a number of rows or more: that follows in four bytes. */
const MANY_ROWS = 255;
const OF_STAMP = 0;
const OF_OTHER_COMMIT = 1;
const COMMIT_BYTES = 8;

/** Packs the rows of one key, which ascend by event time, under a stamp. */
export function encodeAttributes(
  stamp: bigint,
  types: readonly CellType[],
  entries: readonly AttributeEntry[],
): Uint8Array {
  return written((writer) => {
    writeHeader(writer, stamp, NARROW);
    writeCount(writer, entries.length);
    for (const { eventTime, commitSeq, cells } of entries) {
      writer.int64(eventTime);
      writer.uint8(commitSeq === stamp ? OF_STAMP : OF_OTHER_COMMIT);
      if (commitSeq !== stamp) writer.uint64(commitSeq);
      writeCells(writer, types, cells);
    }
  });
}

function writeCount(writer: ByteWriter, count: number): void {
  writer.uint8(Math.min(count, MANY_ROWS));
  if (count >= MANY_ROWS) writer.uint32(count);
}

function readCount(reader: ByteReader, version: number): number {
  if (version === WIDE) return reader.uint32();
  const count = reader.uint8();
  return count === MANY_ROWS ? reader.uint32() : count;
}

/** Unpacks the rows of one key; none where nothing is stored. */
export function decodeAttributes(value: Uint8Array | null, types: readonly CellType[]): AttributeEntry[] {
  if (value === null) return [];
  const reader = new ByteReader(value);
  const { version, stamp } = readHeader(reader);
  return Array.from({ length: readCount(reader, version) }, () => ({
    eventTime: micros(reader.int64()),
    commitSeq: version !== WIDE && reader.uint8() === OF_STAMP ? stamp : reader.uint64(),
    cells: readCells(reader, types),
  }));
}

/** A row without its commit. */
export type AttributeRow = Pick<AttributeEntry, "eventTime" | "cells">;

/** Of the rows of one key the newest before a bound, as a read needs it: the others are passed over. */
export function decodeNewest(
  value: Uint8Array | null,
  types: readonly CellType[],
  boundary: EpochMicros,
): AttributeRow | null {
  if (value === null) return null;
  const reader = new ByteReader(value);
  const version = passHeader(reader);
  let eventTime: bigint | null = null;
  let cellsAt = 0;
  for (let left = readCount(reader, version); left > 0; left--) {
    const time = reader.int64();
    if (time >= boundary) break;
    eventTime = time;
    if (version === WIDE || reader.uint8() !== OF_STAMP) reader.skip(COMMIT_BYTES);
    cellsAt = reader.place;
    if (left > 1) skipCells(reader, types);
  }
  if (eventTime === null) return null;
  reader.goTo(cellsAt);
  return { eventTime: micros(eventTime), cells: readCells(reader, types) };
}
