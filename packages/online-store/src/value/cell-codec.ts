import type { PartialCell, PartialScalar, PartialType, ValueType } from "@tesela/core";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** What a stored cell can hold: values of features and partials of aggregates. */
export type CellType = ValueType | PartialType;

/** A stored cell: a scalar, a list of them, or null where absent. */
export type Cell = PartialCell | readonly PartialCell[] | null;

const encoder = new TextEncoder();
// A byte order mark is part of the text.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

interface CellCodec {
  write(writer: ByteWriter, cell: PartialCell): void;
  read(reader: ByteReader): PartialCell;
}

const int64: CellCodec = {
  write: (writer, cell) => writer.int64(cell as bigint),
  read: (reader) => reader.int64(),
};

const scalars: Readonly<Record<PartialScalar, CellCodec>> = {
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
    if (cell !== null) writeCell(writer, type, cell);
  });
}

/** Reads what `writeCells` wrote with the same types. */
export function readCells(reader: ByteReader, types: readonly CellType[]): Cell[] {
  const bitmap = Array.from({ length: Math.ceil(types.length / 8) }, () => reader.uint8());
  return types.map((type, index) => (isPresent(bitmap, index) ? readCell(reader, type) : null));
}

/** A list is its length and its scalars. */
function writeCell(writer: ByteWriter, type: CellType, cell: NonNullable<Cell>): void {
  const codec = scalars[scalarOf(type)];
  if (!isListType(type)) return codec.write(writer, cell as PartialCell);
  const items = cell as readonly PartialCell[];
  writer.uint32(items.length);
  for (const item of items) codec.write(writer, item);
}

function readCell(reader: ByteReader, type: CellType): NonNullable<Cell> {
  const codec = scalars[scalarOf(type)];
  if (!isListType(type)) return codec.read(reader);
  return Array.from({ length: reader.count() }, () => codec.read(reader));
}

function isListType(type: CellType): boolean {
  return type.endsWith("[]");
}

function scalarOf(type: CellType): PartialScalar {
  return (isListType(type) ? type.slice(0, -2) : type) as PartialScalar;
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
