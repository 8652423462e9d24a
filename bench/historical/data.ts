import { join } from "node:path";
import type { Engine } from "./engine.ts";

/** How the keys of rows are spread; the commonest of zipf's 100,000 holds 6 % of all rows. */
export type Spread = "uniform" | "zipf";

/** The files of a spread; `dense` is uniform over so few keys that an hour of one has many events. */
export type DataKind = Spread | "dense";

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
/** Over 90 days these are some five an hour. */
const DENSE_EVENTS_PER_KEY = 10_000;
/** Instants of all rows are whole seconds in the 90 days from here, so that some events of a key are tied. */
export const START = "2024-01-01T00:00:00Z";
export const END = "2024-03-31T00:00:00Z";
const DAYS = 90;

/** Writes the files of a kind into a directory. */
export async function generate(
  engine: Engine,
  directory: string,
  kind: DataKind,
  { events, spineRows }: Sizes,
): Promise<Data> {
  const data = {
    events: join(directory, `events-${kind}.parquet`),
    spine: join(directory, `spine-${kind}.parquet`),
  };
  const keys = {
    spread: kind === "zipf" ? kind : "uniform",
    count: kind === "dense" ? Math.ceil(events / DENSE_EVENTS_PER_KEY) : KEYS,
  } as const;
  await engine.run(`copy (${eventsSql(keys, events)}) to '${data.events}' (format parquet)`);
  await engine.run(`copy (${spineSql(keys, spineRows)}) to '${data.spine}' (format parquet)`);
  return data;
}

/** The keys 1 to `count`. */
interface Keys {
  readonly spread: Spread;
  readonly count: number;
}

function eventsSql(keys: Keys, rows: number): string {
  return `
select
  ${keySql(keys, 1)} as user_id,
  ${instantSql(2)} as ts,
  round(exp(2 + 1.5 * sqrt(-2 * ln(1 - ${uniformSql(3)})) * cos(2 * pi() * ${uniformSql(4)})), 2) as amount,
  floor(${uniformSql(5)} * 1000)::bigint as product
from range(${rows}) as rows(i)`;
}

function spineSql(keys: Keys, rows: number): string {
  return `
select ${keySql(keys, 6)} as user_id, ${instantSql(7)} as ts, i as label
from range(${rows}) as rows(i)`;
}

/** The inverse of zipf's distribution (exponent 1) is an exponential. */
function keySql({ spread, count }: Keys, column: number): string {
  const share = uniformSql(column);
  return spread === "uniform"
    ? `floor(${share} * ${count})::bigint + 1`
    : `floor(exp(${share} * ln(${count} + 1)))::bigint`;
}

function instantSql(column: number): string {
  return `timestamp '${START.slice(0, 10)}' + to_seconds(floor(${uniformSql(column)} * ${DAYS} * 86400)::bigint)`;
}

/** A number of [0, 1) from the row's number, another for each column. */
function uniformSql(column: number): string {
  return `(hash((i + ${SEED}) * 64 + ${column}) / 18446744073709551616.0)`;
}
