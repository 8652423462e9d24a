import type * as DuckDB from "@duckdb/node-api";

/** The package `@duckdb/node-api`. */
export type DuckDBLibrary = typeof DuckDB;

/** How many rows it takes until DuckDB is worth starting. */
export const DUCKDB_ROWS = 50_000;

const MEMORY = "512MB";

/** DuckDB where it is installed, which makes large frames and spines faster; `null` elsewhere. Node only. */
export async function loadDuckdb(): Promise<DuckDBLibrary | null> {
  if (typeof process !== "object" || process.versions?.node === undefined) return null;
  return import("@duckdb/node-api").catch(() => null);
}

/** Does something with a DuckDB of its own, which spills into a folder rather than take much memory. */
export async function withDuckdb<T>(
  { DuckDBInstance }: DuckDBLibrary,
  tempDirectory: string,
  use: (connection: DuckDB.DuckDBConnection) => Promise<T>,
): Promise<T> {
  const settings = { memory_limit: MEMORY, temp_directory: tempDirectory };
  const instance = await DuckDBInstance.create(":memory:", settings);
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
