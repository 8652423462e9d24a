import type { PartialValue } from "@tesela/core";
import { ByteReader } from "./byte-reader.ts";
import { written } from "./byte-writer.ts";
import { readCells, writeCells, type CellType } from "./cell-codec.ts";
import { passHeader, writeHeader } from "./header.ts";

/** A tile inside its chunk: its place counted in intervals from the chunk's start, and its partials. */
export interface PackedTile {
  readonly slot: number;
  readonly partials: readonly PartialValue[];
}

/** The first format is still that of tiles. */
const TILES_VERSION = 1;

/** Packs the tiles of one chunk, which ascend by slot, under a stamp. */
export function encodeTiles(
  stamp: bigint,
  types: readonly CellType[],
  tiles: readonly PackedTile[],
): Uint8Array {
  return written((writer) => {
    writeHeader(writer, stamp, TILES_VERSION);
    writer.uint32(tiles.length);
    for (const { slot, partials } of tiles) {
      writer.uint32(slot);
      writeCells(writer, types, partials);
    }
  });
}

/** Unpacks the tiles of one chunk; none where nothing is stored. */
export function decodeTiles(value: Uint8Array | null, types: readonly CellType[]): PackedTile[] {
  if (value === null) return [];
  const reader = new ByteReader(value);
  passHeader(reader);
  return Array.from({ length: reader.uint32() }, () => ({
    slot: reader.uint32(),
    partials: readCells(reader, types) as PartialValue[],
  }));
}

/** Places in a chunk, half open. */
export interface SlotRange {
  readonly first: number;
  readonly end: number;
}
