import { DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { quoteLiteral } from "@tesela/core";

/** One for all queries: to make one costs more than most of them. */
let instance: Promise<DuckDBInstance> | null = null;

/** Rows that a query gives. */
export async function query(sql: string): Promise<DuckDBValue[][]> {
  instance ??= DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await (await instance).connect();
  try {
    return await (await connection.run(sql)).getRows();
  } finally {
    connection.closeSync();
  }
}

/** Writes what a query gives as one Parquet file. */
export async function writeParquet(path: string, sql: string): Promise<void> {
  await query(`copy (${sql}) to ${quoteLiteral(path)} (format parquet)`);
}
