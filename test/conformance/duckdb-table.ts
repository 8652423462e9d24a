import type { DuckDBConnection } from "@duckdb/node-api";
import { id, join, micros, sql, text, timestamp, trusted, type Sql, type Value } from "@tesela/core";
import type { RawRow } from "../oracle/raw-view.ts";

/** A column of a table: its name and DuckDB type. */
export interface TypedColumn {
  readonly name: string;
  readonly duckdbType: string;
}

/** A SELECT of the rows, typed also when there are none, in their order. */
export function rowsSql(columns: readonly TypedColumn[], rows: readonly RawRow[]): Sql {
  const typed = columns.map(
    ({ name, duckdbType }) => sql`${id(name)}::${trusted(duckdbType)} as ${id(name)}`,
  );
  const names = columns.map(({ name }) => id(name));
  const empty = columns.map(({ duckdbType }) => sql`null::${trusted(duckdbType)}`);
  const lines = [
    empty,
    ...rows.map((row) => columns.map((column) => literal(row[column.name] ?? null, column))),
  ];
  const numbered = lines.map((line, index) => sql`(${join([sql`${BigInt(index)}`, ...line], ", ")})`);
  return sql`select ${join(typed, ", ")}
from (values ${join(numbered)}) as rows(${join([id("__line"), ...names], ", ")})
where ${id("__line")} > 0
order by ${id("__line")}`;
}

function literal(value: Value, { duckdbType }: TypedColumn): Sql {
  const type = trusted(duckdbType);
  if (value === null) return sql`null::${type}`;
  if (duckdbType === "TIMESTAMP") return timestamp(micros(value as bigint));
  return sql`${text(Object.is(value, -0) ? "-0.0" : String(value))}::${type}`;
}

/** Writes rows as a Parquet file. */
export async function writeParquet(
  connection: DuckDBConnection,
  path: string,
  columns: readonly TypedColumn[],
  rows: readonly RawRow[],
): Promise<void> {
  await connection.run(`copy (${rowsSql(columns, rows).text}) to ${text(path).text} (format parquet)`);
}
