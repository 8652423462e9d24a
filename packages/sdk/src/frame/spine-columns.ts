import { parseInstant, TeselaError, type ValueType } from "@tesela/core";
import type { SpineHints, SpineRow, SpineValue } from "./spine.ts";

/** A column of a spine, typed: int64 and timestamps (microseconds) as bigint, absent values null. */
export interface SpineColumn {
  readonly name: string;
  readonly type: ValueType;
  readonly values: readonly (bigint | number | string | boolean | Uint8Array | null)[];
}

/** What one value says about its column; `integer` is a number that can stand for an int64 or a float64. */
type Kind = ValueType | "integer";
type Present = NonNullable<SpineValue>;

const INT64_MAX = 2n ** 63n - 1n;

/**
 * The columns of rows, in order of first appearance. A column of `Date` is a timestamp, and so is the one named
 * by `timestampKey`, of dates, ISO text or microseconds. Integers are int64, other numbers float64. A column
 * without any value has the type of the join key of its name, else string. Throws `VALIDATION` naming column
 * and row where types mix.
 */
export function spineColumns(rows: readonly SpineRow[], hints: SpineHints): readonly SpineColumn[] {
  return columnNames(rows, hints).map((name) => {
    const values = rows.map((row) => row[name] ?? null);
    return name === hints.timestampKey ? instants(name, values) : typed(name, values, hints);
  });
}

/** An empty spine still has its join keys and its timestamp column (TIME T10). */
function columnNames(rows: readonly SpineRow[], hints: SpineHints): readonly string[] {
  if (rows.length === 0) return [...Object.keys(hints.keyTypes), hints.timestampKey ?? "timestamp"];
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

function instants(name: string, values: readonly SpineValue[]): SpineColumn {
  return { name, type: "timestamp", values: values.map((value, row) => instant(name, value, row)) };
}

function instant(name: string, value: SpineValue, row: number): bigint | null {
  if (value == null) return null;
  if (typeof value === "bigint") return value;
  if (typeof value !== "string" && !(value instanceof Date))
    throw wrong(name, row, `a ${typeof value}`, "an instant");
  try {
    return parseInstant(value);
  } catch {
    throw wrong(name, row, JSON.stringify(value), "an instant");
  }
}

function typed(name: string, values: readonly SpineValue[], hints: SpineHints): SpineColumn {
  const hint = hints.keyTypes[name] ?? (values.length === 0 ? "timestamp" : "string");
  const kind = columnKind(name, values);
  if (kind === null) return { name, type: hint, values: values.map(() => null) };
  const type = kind === "integer" ? "int64" : kind;
  if (type === "float64" && hint === "int64") refuseFloats(name, values);
  return { name, type, values: values.map((value, row) => converted(name, value, type, row)) };
}

/** The one kind of all values; `null` when every value is absent. */
function columnKind(name: string, values: readonly SpineValue[]): Kind | null {
  let kind: Kind | null = null;
  for (const [row, value] of values.entries()) {
    if (value == null) continue;
    const next = kindOf(name, value, row);
    const both: Kind | null = kind === null ? next : merged(kind, next);
    if (both === null) throw wrong(name, row, next, `${kind} like the rows before`);
    kind = both;
  }
  return kind;
}

function merged(a: Kind, b: Kind): Kind | null {
  if (a === b) return a;
  const [integer, other] = a === "integer" ? [a, b] : [b, a];
  return integer === "integer" && (other === "int64" || other === "float64") ? other : null;
}

function kindOf(name: string, value: Present, row: number): Kind {
  if (typeof value === "bigint") return "int64";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "integer" : "float64";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  if (value instanceof Date) return "timestamp";
  if (value instanceof Uint8Array) return "bytes";
  throw wrong(name, row, `a ${typeof value}`, "text, a number, a bigint, a boolean, a Date, bytes or null");
}

function refuseFloats(name: string, values: readonly SpineValue[]): void {
  const row = values.findIndex((value) => typeof value === "number" && !Number.isSafeInteger(value));
  throw wrong(name, row, String(values[row]), "an int64: a bigint or a safe integer");
}

function converted(
  name: string,
  value: SpineValue,
  type: ValueType,
  row: number,
): SpineColumn["values"][number] {
  if (value == null) return null;
  if (type === "timestamp") return instant(name, value, row);
  if (type === "int64") return int64(name, BigInt(value as bigint | number), row);
  if (typeof value === "string" && !value.isWellFormed())
    throw wrong(name, row, "half a character", "whole text");
  return value as number | string | boolean | Uint8Array;
}

function int64(name: string, value: bigint, row: number): bigint {
  if (value <= INT64_MAX && value >= -INT64_MAX - 1n) return value;
  throw wrong(name, row, String(value), "an int64");
}

function wrong(column: string, row: number, found: string, expected: string): TeselaError {
  return new TeselaError(
    "VALIDATION",
    `Column "${column}" of the spine holds ${found} in row ${row} (counted from 0), expected ${expected}.`,
    { fix: "Give each column values of one type.", details: { column, row } },
  );
}
