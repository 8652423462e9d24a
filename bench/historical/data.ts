import { join } from "node:path";
import type { Engine } from "./engine.ts";

/** How the keys of rows are spread; the commonest of zipf's 100,000 holds 6 % of all rows. */
export type Spread = "uniform" | "zipf";

/** The sizes of a run. */
export interface Sizes {
  readonly events: number;
  readonly spineRows: number;
}

/** Generated files: events of `user_id, ts, amount, product` and a spine of `user_id, ts, label`. */
export interface Data {
  readonly events: string;
  readonly spine: string;
}

/** Part of every hash: the same seed gives the same files. */
const SEED = 20_240_101;
const KEYS = 100_000;
/** Instants of all rows lie in the 90 days from here. */
export const START = "2024-01-01T00:00:00Z";
export const END = "2024-03-31T00:00:00Z";
const DAYS = 90;

/** Writes the files of a spread into a directory. */
export async function generate(
  engine: Engine,
  directory: string,
  spread: Spread,
  { events, spineRows }: Sizes,
): Promise<Data> {
  const data = {
    events: join(directory, `events-${spread}.parquet`),
    spine: join(directory, `spine-${spread}.parquet`),
  };
  await engine.run(`copy (${eventsSql(spread, events)}) to '${data.events}' (format parquet)`);
  await engine.run(`copy (${spineSql(spread, spineRows)}) to '${data.spine}' (format parquet)`);
  return data;
}

function eventsSql(spread: Spread, rows: number): string {
  return `
select
  ${keySql(spread, 1)} as user_id,
  ${instantSql(2)} as ts,
  round(exp(2 + 1.5 * sqrt(-2 * ln(1 - ${uniformSql(3)})) * cos(2 * pi() * ${uniformSql(4)})), 2) as amount,
  floor(${uniformSql(5)} * 1000)::bigint as product
from range(${rows}) as rows(i)`;
}

function spineSql(spread: Spread, rows: number): string {
  return `
select ${keySql(spread, 6)} as user_id, ${instantSql(7)} as ts, i as label
from range(${rows}) as rows(i)`;
}

/** The inverse of zipf's distribution (exponent 1) is an exponential. */
function keySql(spread: Spread, column: number): string {
  const share = uniformSql(column);
  return spread === "uniform"
    ? `floor(${share} * ${KEYS})::bigint + 1`
    : `floor(exp(${share} * ln(${KEYS} + 1)))::bigint`;
}

function instantSql(column: number): string {
  return `timestamp '${START.slice(0, 10)}' + to_microseconds(floor(${uniformSql(column)} * ${DAYS} * 86400e6)::bigint)`;
}

/** A number of [0, 1) from the row's number, another for each column. */
function uniformSql(column: number): string {
  return `(hash((i + ${SEED}) * 64 + ${column}) / 18446744073709551616.0)`;
}
