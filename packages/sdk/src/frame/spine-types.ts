import { TeselaError, type ValueType } from "@tesela/core";
import type { SpineHints, SpineRow, SpineValue } from "./spine.ts";

/** A column of a spine and the type of its values. */
export interface SpineColumnType {
  readonly name: string;
  readonly type: ValueType;
}

/** What one value says about its column; `integer` is a number that can stand for an int64 or a float64. */
type Kind = ValueType | "integer";

/**
 * The columns of rows, in order of first appearance. A column of `Date` is a timestamp, and so is the one named
 * by `timestampKey`. Integers are int64, other numbers float64. A column without any value has the type of the
 * join key of its name, else string. Throws `VALIDATION` naming column and row where types mix.
 */
export function spineTypes(rows: readonly SpineRow[], hints: SpineHints): readonly SpineColumnType[] {
  return columnNames(rows, hints).map((name) => ({ name, type: typeOf(name, rows, hints) }));
}

/** Throws `VALIDATION` where rows that came later do not fit the types of the first; `at` is the first's place. */
export function checkSpineTypes(
  rows: readonly SpineRow[],
  at: number,
  types: readonly SpineColumnType[],
): void {
  const known = new Map(types.map(({ name, type }) => [name, type]));
  for (const [index, row] of rows.entries()) {
    for (const [name, value] of Object.entries(row)) {
      const type = known.get(name);
      if (type === undefined) throw wrong(name, at + index, "a value", "no column that the first rows lack");
      if (value == null || type === "timestamp") continue;
      const kind = kindOf(name, value, at + index);
      if (kind !== type && merged(kind, type) !== type)
        throw wrong(name, at + index, kind, `${type} like the first rows`);
    }
  }
}

/** An empty spine still has its join keys and its timestamp column (TIME T10). */
function columnNames(rows: readonly SpineRow[], hints: SpineHints): readonly string[] {
  if (rows.length === 0) return [...Object.keys(hints.keyTypes), hints.timestampKey ?? "timestamp"];
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

function typeOf(name: string, rows: readonly SpineRow[], hints: SpineHints): ValueType {
  if (name === hints.timestampKey) return "timestamp";
  const hint = hints.keyTypes[name] ?? (rows.length === 0 ? "timestamp" : "string");
  const kind = columnKind(name, rows);
  if (kind === null) return hint;
  const type = kind === "integer" ? "int64" : kind;
  if (type === "float64" && hint === "int64") refuseFloats(name, rows);
  return type;
}

/** The one kind of all values; `null` when every value is absent. */
function columnKind(name: string, rows: readonly SpineRow[]): Kind | null {
  let kind: Kind | null = null;
  for (let row = 0; row < rows.length; row++) {
    const value = rows[row]![name];
    if (value == null) continue;
    const next = kindOf(name, value, row);
    if (next === kind) continue;
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

function kindOf(name: string, value: NonNullable<SpineValue>, row: number): Kind {
  if (typeof value === "string") return "string";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "integer" : "float64";
  if (typeof value === "bigint") return "int64";
  if (typeof value === "boolean") return "bool";
  if (value instanceof Date) return "timestamp";
  if (value instanceof Uint8Array) return "bytes";
  throw wrong(name, row, `a ${typeof value}`, "text, a number, a bigint, a boolean, a Date, bytes or null");
}

function refuseFloats(name: string, rows: readonly SpineRow[]): void {
  const row = rows.findIndex((one) => typeof one[name] === "number" && !Number.isSafeInteger(one[name]));
  throw wrong(name, row, String(rows[row]?.[name]), "an int64: a bigint or a safe integer");
}

/** The error of a value that its column cannot have. */
export function wrong(column: string, row: number, found: string, expected: string): TeselaError {
  return new TeselaError(
    "VALIDATION",
    `Column "${column}" of the spine holds ${found} in row ${row} (counted from 0), expected ${expected}.`,
    { fix: "Give each column values of one type.", details: { column, row } },
  );
}
