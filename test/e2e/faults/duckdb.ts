import { DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { quoteLiteral } from "@tesela/core";

/** Rows that a query gives. */
export async function query(sql: string): Promise<DuckDBValue[][]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    return await (await connection.run(sql)).getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Writes what a query gives as one Parquet file. */
export async function writeParquet(path: string, sql: string): Promise<void> {
  await query(`copy (${sql}) to ${quoteLiteral(path)} (format parquet)`);
}
