import {
  castSql,
  duckdbTypeOf,
  id,
  sql,
  TeselaError,
  trusted,
  valueTypeOf,
  type CompiledView,
  type Problem,
  type ResolvedColumn,
  type Sql,
} from "@tesela/core";
import type { TypedColumn } from "../../engine/protocol.ts";
import { textValueSql } from "../../source/text-value.ts";

/** A column of a table as SQL over an upload, or what is wrong with it. */
export type FoundColumn =
  | { readonly name: string; readonly value: Sql }
  | { readonly name: string; readonly problem: Problem; readonly isMissing: boolean };

/** Finds each column of a table among those of a Parquet upload; what an upload has beside them is ignored. */
export function findColumns(table: CompiledView, found: readonly TypedColumn[]): readonly FoundColumn[] {
  return table.columns.map((column) => findColumn(table, column, found));
}

function findColumn(
  { name: table }: CompiledView,
  { name, type, duckdbType }: ResolvedColumn,
  found: readonly TypedColumn[],
): FoundColumn {
  const column = found.find((one) => one.name === name);
  const path = `rows.${name}`;
  if (column === undefined) {
    const message = `there is no column "${name}" of feature table "${table}"`;
    const fix = `The rows have: ${found.map((one) => one.name).join(", ")}.`;
    return { name, problem: { path, message, fix }, isMissing: true };
  }
  const value = type === null ? null : valueSql(name, column.type, type);
  if (value !== null) return { name, value };
  const message = `column "${name}" is ${column.type}, feature table "${table}" expects ${type ?? duckdbType}`;
  return { name, problem: { path, message, fix: "Cast the column." }, isMissing: false };
}

/** Integers may stand for float64, and ISO text for a timestamp; all else must be of its type. */
function valueSql(name: string, duckdbType: string, type: NonNullable<ResolvedColumn["type"]>): Sql | null {
  const found = valueTypeOf(duckdbType);
  if (found === type || (found === "int64" && type === "float64")) return castSql(id(name), duckdbType, type);
  return duckdbType === "VARCHAR" && type === "timestamp" ? textValueSql(id(name), name, type) : null;
}

/** A column that holds nothing has no type of its own: it fits every one. */
export function nullSql({ columns }: CompiledView, name: string): Sql {
  const type = columns.find((column) => column.name === name)!.type!;
  return sql`null::${trusted(duckdbTypeOf[type])}`;
}

/** The error for rows that do not fit a table: it names every column that is wrong. */
export function misfits(table: CompiledView, problems: readonly Problem[]): TeselaError {
  const summary = problems.map(({ message }) => message).join("; ");
  const fixes = [...new Set(problems.flatMap(({ fix }) => fix ?? []))].join(" ");
  return new TeselaError("VALIDATION", `The rows do not fit feature table "${table.name}": ${summary}.`, {
    fix: fixes,
    problems,
  });
}
