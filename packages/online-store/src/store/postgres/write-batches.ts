import type { ChunkWrite, StoredKind } from "../port.ts";
import { newestOfEach } from "../stamp.ts";
import { storedKey, storedLevel } from "./address.ts";
import { byteaArray, intArray, smallintArray } from "./binary-array.ts";

const MAX_ROWS = 5_000;
const MAX_BYTES = 4 << 20;

/** One row to write. */
export interface StoredRow {
  readonly key: Buffer;
  readonly level: number;
  readonly chunk: number;
  readonly value: Uint8Array;
}

/** The rows of some writes in batches of bounded size, all in primary key order: writers that lock in one order never deadlock. */
export function writeBatches(
  kind: StoredKind,
  writes: readonly ChunkWrite[],
): readonly (readonly StoredRow[])[] {
  return batchesOf(writes.map((write) => storedRow(kind, write)));
}

/** Rows in batches of bounded size, of each address the newest, all in primary key order. */
export function batchesOf(rows: readonly StoredRow[]): readonly (readonly StoredRow[])[] {
  return intoBatches(newestOfEach(rows, addressOf).toSorted(inKeyOrder));
}

/** The parameters of the write statement for one batch. */
export function writeParameters(generation: number, rows: readonly StoredRow[]): readonly unknown[] {
  return [
    generation,
    byteaArray(rows.map(({ key }) => key)),
    smallintArray(rows.map(({ level }) => level)),
    intArray(rows.map(({ chunk }) => chunk)),
    byteaArray(rows.map(({ value }) => value)),
  ];
}

function storedRow(kind: StoredKind, { key, chunk, value }: ChunkWrite): StoredRow {
  return { key: storedKey(key), level: storedLevel(kind, chunk), chunk: chunk.chunk, value };
}

function addressOf({ key, level, chunk }: StoredRow): string {
  return `${level}:${chunk}:${key.toString("latin1")}`;
}

function inKeyOrder(a: StoredRow, b: StoredRow): number {
  return a.key.compare(b.key) || a.level - b.level || a.chunk - b.chunk;
}

function intoBatches(rows: readonly StoredRow[]): readonly (readonly StoredRow[])[] {
  const batches: StoredRow[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const last = batches.at(-1);
    if (last === undefined || last.length >= MAX_ROWS || bytes >= MAX_BYTES) {
      batches.push([row]);
      bytes = row.value.length;
    } else {
      last.push(row);
      bytes += row.value.length;
    }
  }
  return batches;
}
