import { DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { micros, parseInstant, quoteLiteral, type EpochMicros, type TimeRange } from "@tesela/core";

/** Rows that a query gives; instants as DuckDB gives them. */
export async function query(sql: string): Promise<DuckDBValue[][]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    await connection.run("set TimeZone = 'UTC'");
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

/**
 * A query for a table such as `user_id BIGINT, ts TIMESTAMP | 1, 01-02 10:00`: columns, then rows; instants of
 * 2024, cells as DuckDB casts text.
 */
export function table(columns: string, ...rows: readonly string[]): string {
  const types = columns.split(", ").map((column) => column.split(" "));
  const none = `select ${types.map(([name, type]) => `null::${type} as ${name}`).join(", ")} where false`;
  const selects = rows.map((row) => {
    const cells = row.split(", ").map((cell, index) => {
      const [name = "", type = ""] = types[index]!;
      const text = type === "TIMESTAMP" && cell !== "null" ? `2024-${cell}` : cell;
      return `${text === "null" ? "null" : quoteLiteral(text)}::${type} as ${name}`;
    });
    return `select ${cells.join(", ")}`;
  });
  return [none, ...selects].join(" union all ");
}

/** Midnight of a day of January 2024. */
export function day(number: number): EpochMicros {
  return parseInstant(`2024-01-${String(number).padStart(2, "0")}T00:00:00Z`);
}

/** Noon of a day of January 2024. */
export function noon(number: number): EpochMicros {
  return micros(day(number) + 12n * 3_600_000_000n);
}

/** The days `[from, to)` of January 2024. */
export function days(from: number, to: number): TimeRange {
  return { start: day(from), end: day(to) };
}
