import type { PartialType, ValueType } from "@tesela/core";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** What a stored cell can hold: values of features and partials of aggregates. */
export type CellType = ValueType | PartialType;

/** A stored cell; null is absent. */
export type Cell = bigint | number | string | boolean | Uint8Array | null;

const encoder = new TextEncoder();
// A byte order mark is part of the text.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

interface CellCodec {
  write(writer: ByteWriter, cell: NonNullable<Cell>): void;
  read(reader: ByteReader): NonNullable<Cell>;
}

const int64: CellCodec = {
  write: (writer, cell) => writer.int64(cell as bigint),
  read: (reader) => reader.int64(),
};

const codecs: Readonly<Record<CellType, CellCodec>> = {
  int64,
  timestamp: int64,
  int128: {
    write: (writer, cell) => writer.int128(cell as bigint),
    read: (reader) => reader.int128(),
  },
  float64: {
    write: (writer, cell) => writer.float64(cell as number),
    read: (reader) => reader.float64(),
  },
  string: {
    write: (writer, cell) => writer.sized(encoder.encode(cell as string)),
    read: (reader) => decoder.decode(reader.sized()),
  },
  bytes: {
    write: (writer, cell) => writer.sized(cell as Uint8Array),
    read: (reader) => reader.sized(),
  },
  bool: {
    write: (writer, cell) => writer.uint8(cell === true ? 1 : 0),
    read: (reader) => reader.uint8() === 1,
  },
};

/** Writes cells of the given types: a bitmap of those present, then the present ones. */
export function writeCells(writer: ByteWriter, types: readonly CellType[], cells: readonly Cell[]): void {
  for (let start = 0; start < types.length; start += 8) writer.uint8(presence(cells, start, types.length));
  types.forEach((type, index) => {
    const cell = cells[index] ?? null;
    if (cell !== null) codecs[type].write(writer, cell);
  });
}

/** Reads what `writeCells` wrote with the same types. */
export function readCells(reader: ByteReader, types: readonly CellType[]): Cell[] {
  const bitmap = Array.from({ length: Math.ceil(types.length / 8) }, () => reader.uint8());
  return types.map((type, index) => (isPresent(bitmap, index) ? codecs[type].read(reader) : null));
}

function presence(cells: readonly Cell[], start: number, length: number): number {
  let bits = 0;
  for (let index = start; index < Math.min(start + 8, length); index++) {
    if ((cells[index] ?? null) !== null) bits |= 1 << (index - start);
  }
  return bits;
}

function isPresent(bitmap: readonly number[], index: number): boolean {
  return ((bitmap[index >> 3]! >> (index & 7)) & 1) === 1;
}
