import type { ViewRead, ViewReadResult } from "../port.ts";
import { NO_LEVEL, storedKey, storedLevel } from "./address.ts";
import { byteaArray, intArray, smallintArray } from "./binary-array.ts";
import type { MarkerTexts } from "./marker-texts.ts";

/** One row of a read: a wanted value, and the marker of its generation as a text; null where there is none. */
export interface ReadRow {
  readonly marker: string | null;
  readonly value: Buffer | null;
}

/** One row of a read of attributes: a value of the key and its level, or nothing. */
export interface AttributesRow extends ReadRow {
  readonly level: number | null;
}

/** The parameters of the statement for a single read of attributes. */
export function readAttributesParameters({ generation, key }: ViewRead): readonly unknown[] {
  return [generation, storedKey(key)];
}

/** The answer to a single read of attributes, of the rows of its key. */
export function attributesResultOf(
  { generation, kind, chunks }: ViewRead,
  rows: readonly AttributesRow[],
  markers: MarkerTexts,
): ViewReadResult {
  const values = chunks.map((chunk) => {
    const level = storedLevel(kind, chunk);
    return rows.find((row) => row.level === level)?.value ?? null;
  });
  return { marker: markers.read(generation, rows[0]!.marker), values };
}

/** The parameters of the statement for a single read. */
export function readOneParameters(read: ViewRead): readonly unknown[] {
  const wanted = wantedOf(read);
  return [
    read.generation,
    storedKey(read.key),
    smallintArray(wanted.map(({ level }) => level)),
    intArray(wanted.map(({ chunk }) => chunk)),
  ];
}

/** The parameters of the statement for many reads. */
export function readManyParameters(reads: readonly ViewRead[]): readonly unknown[] {
  const wanted = reads.flatMap((read) => {
    const key = storedKey(read.key);
    return wantedOf(read).map((address) => ({ generation: read.generation, key, ...address }));
  });
  return [
    intArray(wanted.map(({ generation }) => generation)),
    byteaArray(wanted.map(({ key }) => key)),
    smallintArray(wanted.map(({ level }) => level)),
    intArray(wanted.map(({ chunk }) => chunk)),
  ];
}

/** Cuts the rows of either statement into the answers to the reads. */
export function resultsOf(
  reads: readonly ViewRead[],
  rows: readonly ReadRow[],
  markers: MarkerTexts,
): readonly ViewReadResult[] {
  let at = 0;
  return reads.map(({ generation, chunks }) => {
    const own = rows.slice(at, at + Math.max(chunks.length, 1));
    at += own.length;
    const values = own.slice(0, chunks.length).map((row) => row.value);
    return { marker: markers.read(generation, own[0]!.marker), values };
  });
}

// A read of no chunks still wants the marker: it asks for one value that never is.
function wantedOf({ kind, chunks }: ViewRead): readonly { level: number; chunk: number }[] {
  if (chunks.length === 0) return [{ level: NO_LEVEL, chunk: 0 }];
  return chunks.map((address) => ({ level: storedLevel(kind, address), chunk: address.chunk }));
}
