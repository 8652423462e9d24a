import type { PartialCell, PartialScalar, PartialType, PartialValue, ValueType } from "@tesela/core";
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
  write(writer: ByteWriter, cell: NonNullable<Cell>): void;
  read(reader: ByteReader): NonNullable<Cell>;
  /** Passes over what `read` would read. */
  skip(reader: ByteReader): void;
}

const int64: CellCodec = {
  write: (writer, cell) => writer.int64(cell as bigint),
  read: (reader) => reader.int64(),
  skip: (reader) => reader.skip(8),
};

const scalars: Readonly<Record<PartialScalar, CellCodec>> = {
  int64,
  timestamp: int64,
  int128: {
    write: (writer, cell) => writer.int128(cell as bigint),
    read: (reader) => reader.int128(),
    skip: (reader) => reader.skip(16),
  },
  float64: {
    write: (writer, cell) => writer.float64(cell as number),
    read: (reader) => reader.float64(),
    skip: (reader) => reader.skip(8),
  },
  string: {
    write: (writer, cell) => writer.sized(encoder.encode(cell as string)),
    read: (reader) => decoder.decode(reader.sizedPart()),
    skip: (reader) => reader.skip(reader.uint32()),
  },
  bytes: {
    write: (writer, cell) => writer.sized(cell as Uint8Array),
    read: (reader) => reader.sized(),
    skip: (reader) => reader.skip(reader.uint32()),
  },
  bool: {
    write: (writer, cell) => writer.uint8(cell === true ? 1 : 0),
    read: (reader) => reader.uint8() === 1,
    skip: (reader) => reader.skip(1),
  },
};

/** A list is its length and its scalars. */
function listCodec(item: CellCodec): CellCodec {
  return {
    write: (writer, cell) => {
      const items = cell as readonly PartialCell[];
      writer.uint32(items.length);
      for (const one of items) item.write(writer, one);
    },
    read: (reader) => Array.from({ length: reader.count() }, () => item.read(reader) as PartialCell),
    skip: (reader) => {
      for (let left = reader.count(); left > 0; left--) item.skip(reader);
    },
  };
}

function codecOf(type: CellType): CellCodec {
  if (!type.endsWith("[]")) return scalars[type as PartialScalar];
  return listCodec(scalars[type.slice(0, -2) as PartialScalar]);
}

/** A view's types are one array as long as it lives. */
const codecs = new WeakMap<readonly CellType[], readonly CellCodec[]>();

function codecsOf(types: readonly CellType[]): readonly CellCodec[] {
  const known = codecs.get(types);
  if (known !== undefined) return known;
  const made = types.map(codecOf);
  codecs.set(types, made);
  return made;
}

/** Writes cells of the given types: a bitmap of those present, then the present ones. */
export function writeCells(writer: ByteWriter, types: readonly CellType[], cells: readonly Cell[]): void {
  const all = codecsOf(types);
  for (let start = 0; start < all.length; start += 8) writer.uint8(presence(cells, start, all.length));
  for (let index = 0; index < all.length; index++) {
    const cell = cells[index] ?? null;
    if (cell !== null) all[index]!.write(writer, cell);
  }
}

/** Reads what `writeCells` wrote with the same types. */
export function readCells(reader: ByteReader, types: readonly CellType[]): Cell[] {
  const all = codecsOf(types);
  const bitmap = reader.skip((all.length + 7) >> 3);
  const cells: Cell[] = [];
  for (let index = 0; index < all.length; index++) {
    cells.push(reader.isSet(bitmap, index) ? all[index]!.read(reader) : null);
  }
  return cells;
}

/** How a partial takes in what comes later. */
interface Merging {
  readonly merge: (earlier: PartialValue, later: PartialValue) => PartialValue;
}

/** Reads what `writeCells` wrote into partials that are merged, those that are needed; an absent cell adds nothing. */
export function foldCells(
  reader: ByteReader,
  types: readonly CellType[],
  merged: PartialValue[],
  needs: readonly boolean[],
  partials: readonly Merging[],
): void {
  const all = codecsOf(types);
  const bitmap = reader.skip((all.length + 7) >> 3);
  for (let index = 0; index < all.length; index++) {
    if (!reader.isSet(bitmap, index)) continue;
    const codec = all[index]!;
    if (needs[index]) merged[index] = partials[index]!.merge(merged[index]!, codec.read(reader));
    else codec.skip(reader);
  }
}

/** Passes over what `writeCells` wrote with the same types. */
export function skipCells(reader: ByteReader, types: readonly CellType[]): void {
  const all = codecsOf(types);
  const bitmap = reader.skip((all.length + 7) >> 3);
  for (let index = 0; index < all.length; index++) {
    if (reader.isSet(bitmap, index)) all[index]!.skip(reader);
  }
}

function presence(cells: readonly Cell[], start: number, length: number): number {
  let bits = 0;
  for (let index = start; index < Math.min(start + 8, length); index++) {
    if ((cells[index] ?? null) !== null) bits |= 1 << (index - start);
  }
  return bits;
}
