import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { duckdbTypeOf, quoteIdentifier, quoteLiteral, type ValueType } from "@tesela/core";
import { withDuckdb, type DuckDBLibrary } from "./duckdb.ts";
import { columnValues, type ColumnValue } from "./spine-columns.ts";
import type { SpineColumnType } from "./spine-types.ts";
import type { SpineRow } from "./spine.ts";

/** As many rows as a chunk of DuckDB holds. */
const CHUNK_ROWS = 2_048;

/** Writes rows to a Parquet file with DuckDB, as `writeSpine` does without it; `folder` is for what it spills. */
export async function writeWithDuckdb(
  duckdb: DuckDBLibrary,
  { path, folder }: { readonly path: string; readonly folder: string },
  rows: readonly SpineRow[],
  types: readonly SpineColumnType[],
): Promise<void> {
  await withDuckdb(duckdb, folder, async (connection) => {
    const stored = types.map(({ type }, index) => `c${index} ${duckdbTypeOf[storedAs(type)]}`);
    await connection.run(`create table spine (${stored.join(", ")})`);
    await append(duckdb, connection, rows, types);
    const columns = types.map(({ name, type }, index) => {
      const value = type === "timestamp" ? `make_timestamp(c${index})` : `c${index}`;
      return `${value} as ${quoteIdentifier(name)}`;
    });
    await connection.run(
      `copy (select ${columns.join(", ")} from spine) to ${quoteLiteral(path)} (format parquet)`,
    );
  });
}

/** Instants are appended as their microseconds, which need no object each. */
function storedAs(type: ValueType): ValueType {
  return type === "timestamp" ? "int64" : type;
}

async function append(
  duckdb: DuckDBLibrary,
  connection: DuckDBConnection,
  rows: readonly SpineRow[],
  types: readonly SpineColumnType[],
): Promise<void> {
  const appender = await connection.createAppender("spine");
  const chunkTypes = types.map(({ type }) => duckdbType(duckdb, storedAs(type)));
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const end = Math.min(start + CHUNK_ROWS, rows.length);
    const chunk = duckdb.DuckDBDataChunk.create(chunkTypes, end - start);
    chunk.setColumns(
      types.map((column) => chunkValues(duckdb, column, columnValues(column, rows, start, end))),
    );
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function chunkValues(
  { DuckDBBlobValue }: DuckDBLibrary,
  { type }: SpineColumnType,
  values: ColumnValue[],
): DuckDBValue[] {
  if (type !== "bytes") return values as DuckDBValue[];
  return values.map((value) => (value === null ? null : new DuckDBBlobValue(value as Uint8Array)));
}

function duckdbType({ BIGINT, BLOB, BOOLEAN, DOUBLE, VARCHAR }: DuckDBLibrary, type: ValueType): DuckDBType {
  const types = {
    int64: BIGINT,
    timestamp: BIGINT,
    float64: DOUBLE,
    string: VARCHAR,
    bool: BOOLEAN,
    bytes: BLOB,
  };
  return types[type];
}
