import { parseInstant, type ValueType } from "@tesela/core";
import type { SpineHints, SpineRow, SpineValue } from "./spine.ts";
import { spineTypes, wrong, type SpineColumnType } from "./spine-types.ts";

/** A value as it is encoded: int64 and timestamps (microseconds) as bigint, absent values null. */
export type ColumnValue = bigint | number | string | boolean | Uint8Array | null;

/** A column of a spine with its values. */
export interface SpineColumn extends SpineColumnType {
  readonly values: readonly ColumnValue[];
}

const INT64_MAX = 2n ** 63n - 1n;

/** The columns of rows, typed and converted. Throws `VALIDATION` naming column and row as `spineTypes` does. */
export function spineColumns(rows: readonly SpineRow[], hints: SpineHints): readonly SpineColumn[] {
  return spineTypes(rows, hints).map((column) => ({
    ...column,
    values: columnValues(column, rows, 0, rows.length),
  }));
}

/** The values of a column in the rows `[start, end)`; `at` is the place of the first of all rows in its stream. */
export function columnValues(
  { name, type }: SpineColumnType,
  rows: readonly SpineRow[],
  start: number,
  end: number,
  at = 0,
): ColumnValue[] {
  const convert = converters[type];
  const values: ColumnValue[] = [];
  for (let row = start; row < end; row++) {
    const value = rows[row]![name];
    values.push(value == null ? null : convert(name, value, at + row));
  }
  return values;
}

type Convert = (name: string, value: NonNullable<SpineValue>, row: number) => ColumnValue;

/** What stands in the column of a type was checked before; only what a type cannot say is checked here. */
const converters: Readonly<Record<ValueType, Convert>> = {
  int64: int64,
  float64: (_, value) => value as number,
  string: text,
  bool: (_, value) => value as boolean,
  timestamp: instant,
  bytes: (_, value) => value as Uint8Array,
};

function text(name: string, value: NonNullable<SpineValue>, row: number): string {
  if ((value as string).isWellFormed()) return value as string;
  throw wrong(name, row, "half a character", "whole text");
}

function int64(name: string, given: NonNullable<SpineValue>, row: number): bigint {
  const value = BigInt(given as bigint | number);
  if (value <= INT64_MAX && value >= -INT64_MAX - 1n) return value;
  throw wrong(name, row, String(value), "an int64");
}

function instant(name: string, value: NonNullable<SpineValue>, row: number): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value !== "string" && !(value instanceof Date))
    throw wrong(name, row, `a ${typeof value}`, "an instant");
  try {
    return parseInstant(value);
  } catch {
    throw wrong(name, row, JSON.stringify(value), "an instant");
  }
}
