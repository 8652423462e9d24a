import { TeselaError } from "@tesela/core";
import type { SchemaElement } from "hyparquet";
import { arrowColumn } from "./arrow-type.ts";
import { columnElements } from "./parquet-element.ts";
import type { ColumnBatch } from "./spine-batches.ts";

/** As much of a table of `apache-arrow` (18 or later) as is needed to read it; no import is. */
export interface ArrowTable {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly ArrowField[] };
  readonly batches: readonly ArrowBatch[];
}

/** A column's name and type. */
export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
}

/** A type of Arrow; `typeId` tells which, the rest what it is made with. */
export interface ArrowType {
  readonly typeId: number;
  readonly bitWidth?: number;
  readonly isSigned?: boolean;
  readonly unit?: number;
  readonly timezone?: string | null | undefined;
  readonly dictionary?: ArrowType;
  readonly children?: readonly ArrowField[] | null;
  toString(): string;
}

/** Some rows of a table. */
export interface ArrowBatch {
  readonly numRows: number;
  getChildAt(index: number): ArrowVector | null;
  slice(start: number, end: number): ArrowBatch;
}

/** The values of a column in some rows. */
export interface ArrowVector {
  readonly length: number;
  readonly data: readonly ArrowData[];
  get(index: number): unknown;
}

/** A run of values: fixed-width ones stand in `values`. */
export interface ArrowData {
  readonly length: number;
  readonly values: ArrayLike<unknown>;
  getValid(index: number): boolean;
}

/** Whether something is a table of `apache-arrow`, of whichever copy of the package. */
export function isArrowTable(value: unknown): value is ArrowTable {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return "schema" in value && "batches" in value && "numRows" in value && "getChildAt" in value;
}

/** The schema of the Parquet file that holds a table. Throws `VALIDATION` naming a column of another type. */
export function arrowSchema({ schema }: ArrowTable): readonly (readonly SchemaElement[])[] {
  return schema.fields.map(({ name, type }) => {
    const column = arrowColumn(type);
    if (column !== null) return columnElements(name, column.element, column.isList);
    throw new TeselaError(
      "VALIDATION",
      `Column "${name}" of the Arrow table is of the type ${String(type)}.`,
      {
        fix: "Cast it to an integer, a float, a bool, text, bytes, a date, a timestamp or a list of these.",
      },
    );
  });
}

/** The rows of a table in batches of at most so many rows, every value exact. */
export function* arrowBatches({ schema, batches }: ArrowTable, size: number): Generator<ColumnBatch> {
  for (const batch of batches) {
    for (let start = 0; start < batch.numRows; start += size) {
      yield columnBatch(schema.fields, batch.slice(start, Math.min(start + size, batch.numRows)));
    }
  }
}

function columnBatch(fields: readonly ArrowField[], batch: ArrowBatch): ColumnBatch {
  const columns = fields.map(({ name, type }, index) => {
    const vector = batch.getChildAt(index);
    const read = arrowColumn(type)?.read;
    return { name, values: vector === null || read === undefined ? [] : read(vector) };
  });
  return { rowCount: batch.numRows, columns };
}
