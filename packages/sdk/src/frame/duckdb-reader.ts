import type { DuckDBValue } from "@duckdb/node-api";
import { quoteIdentifier, quoteLiteral } from "@tesela/core";
import type { SchemaTree } from "hyparquet";
import { withDuckdb, type DuckDBLibrary } from "./duckdb.ts";
import { isText, logicalOf } from "./frame-schema.ts";
import type { FrameSource } from "./frame-source.ts";
import type { FrameRow, FrameValue } from "./frame-value.ts";
import { instantText } from "./instant-text.ts";

/** How DuckDB gives a column, and what a frame makes of it. */
interface PlainColumn {
  readonly name: string;
  readonly select: string;
  readonly read: ((value: never) => FrameValue) | null;
}

/**
 * Every row of a file, as `readRows` gives them but faster; `null` where a column is of a type that DuckDB would
 * have to be told about.
 */
export async function readWithDuckdb(
  duckdb: DuckDBLibrary,
  { path, folder }: { readonly path: string; readonly folder: string },
  { columns, counts }: FrameSource,
): Promise<FrameRow[] | null> {
  const plain = columns.map((column) => plainColumn(column, counts));
  if (!plain.every((column) => column !== null)) return null;
  const file = `read_parquet(${quoteLiteral(path)}, hive_partitioning = false)`;
  const query = `select ${plain.map(({ select }) => select).join(", ")} from ${file}`;
  return withDuckdb(duckdb, folder, async (connection) => {
    const rows: FrameRow[] = [];
    const result = await connection.stream(query);
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      const values = plain.map((column, index) => converted(column, chunk.getColumnValues(index)));
      pushRows(rows, plain, values, chunk.rowCount);
    }
    return rows;
  });
}

function pushRows(
  rows: FrameRow[],
  columns: readonly PlainColumn[],
  values: readonly FrameValue[][],
  count: number,
): void {
  for (let index = 0; index < count; index++) {
    const row: Record<string, FrameValue> = {};
    for (let column = 0; column < columns.length; column++)
      row[columns[column]!.name] = values[column]![index]!;
    rows.push(row);
  }
}

function converted({ read }: PlainColumn, values: DuckDBValue[]): FrameValue[] {
  if (read !== null) {
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      if (value !== null) values[index] = read(value as never) as DuckDBValue;
    }
  }
  return values as FrameValue[];
}

function plainColumn(column: SchemaTree, counts: ReadonlySet<string>): PlainColumn | null {
  const { element, children } = column;
  const { name, type } = element;
  const id = quoteIdentifier(name);
  if (children.length > 0) return null;
  if (isText(element)) return { name, select: `${id}::varchar`, read: null };
  const logical = logicalOf(element);
  if (logical.startsWith("TIMESTAMP"))
    return isMicros(column) ? { name, select: microsOf(id), read: instantText } : null;
  if (logical !== "" && logical !== "INTEGER" && !logical.startsWith("INT_")) return null;
  if (type === "INT64" || type === "INT32") {
    const read = counts.has(name) ? (count: bigint) => Number(count) : null;
    return { name, select: `${id}::bigint`, read };
  }
  return type === "DOUBLE" || type === "FLOAT" || type === "BOOLEAN"
    ? { name, select: id, read: null }
    : null;
}

function isMicros({ element: { logical_type: logical, converted_type: converted } }: SchemaTree): boolean {
  return logical !== undefined && "unit" in logical
    ? logical.unit === "MICROS"
    : converted === "TIMESTAMP_MICROS";
}

/** DuckDB has no microseconds of an infinity: these are beyond every calendar. */
function microsOf(id: string): string {
  const beyond = `if(${id} > '2000-01-01', 9223372036854775807, -9223372036854775807)`;
  return `case when isfinite(${id}) then epoch_us(${id}) when ${id} is not null then ${beyond} end`;
}
