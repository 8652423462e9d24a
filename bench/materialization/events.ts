import { join } from "node:path";
import type { BareDuckDb } from "../harness/bare-duckdb.ts";

/** How the rows of a file lie: by time, as logs are written, or in no order. */
export type FileOrder = "sorted" | "unsorted";

/** The events lie in the days from here. */
export const START = "2024-01-01T00:00:00Z";
const START_MILLIS = Date.parse(START);
const DAY_MILLIS = 86_400_000;
const KEYS = 20_000;
/** Part of every hash: the same seed gives the same files. */
const SEED = 20_240_101;

/** The start of a day, counted from 0, as text. */
export function dayStart(day: number): string {
  return new Date(START_MILLIS + day * DAY_MILLIS).toISOString();
}

/** Writes `rows` events of `user_id, ts, amount, product`, spread over `days`; gives the file's path. */
export async function writeEvents(
  duckdb: BareDuckDb,
  directory: string,
  { name, rows, days, order }: { name: string; rows: number; days: number; order: FileOrder },
): Promise<string> {
  const path = join(directory, `${name}.parquet`);
  const micros = BigInt(days) * 86_400_000_000n;
  const place = order === "sorted" ? `i / ${rows}` : uniformSql(1);
  await duckdb.run(`copy (
    select
      floor(${uniformSql(2)} * ${KEYS})::bigint + 1 as user_id,
      make_timestamp(${BigInt(START_MILLIS) * 1000n} + floor((${place}) * ${micros})::bigint) as ts,
      round(${uniformSql(3)} * 1000, 2) as amount,
      floor(${uniformSql(4)} * 1000)::bigint as product
    from range(${rows}) as rows(i)
  ) to '${path}' (format parquet, compression zstd)`);
  return path;
}

/** A number of [0, 1) from the row's number, another for each column. */
function uniformSql(column: number): string {
  return `(hash((i + ${SEED}) * 64 + ${column}) / 18446744073709551616.0)`;
}
