import { DuckDBInstance } from "@duckdb/node-api";
import { EVENT_TIME, id, storedColumns, type CompiledView } from "@tesela/core";
import type { Redis } from "ioredis";
import { NOW } from "./views.ts";

/** One value as it lies in Redis. */
export interface StoredField {
  readonly key: string;
  readonly field: string;
  readonly value: Buffer;
}

/** What hand-written code sends at once. */
const PER_PIPELINE = 500;

/** Writes a file as a job leaves it for an attribute view: a row for each key, sorted, from the day before `NOW`. */
export async function writeRows(view: CompiledView, path: string, rows: number): Promise<void> {
  const [key, , ...features] = storedColumns(view);
  const cells = features.map(({ name, duckdbType }, index) => {
    const value = `((i * 31 + ${index} * 104729) % 1000003)`;
    return `${duckdbType === "BIGINT" ? value : `${value} / 64.0`}::${duckdbType} as ${id(name).text}`;
  });
  await withDuckDb(async (connection) => {
    await connection.run(`copy (
      select
        10000000000 + i as ${id(key!.name).text},
        make_timestamp(${NOW - 86_400_000_000n}) as ${id(EVENT_TIME).text},
        ${cells.join(", ")}
      from range(${rows}) as rows(i)
    ) to '${path}' (format parquet, compression zstd)`);
  });
}

/** The same bytes, written as they are: nothing is read, encoded or compared. */
export async function writeUnguarded(redis: Redis, values: readonly StoredField[]): Promise<void> {
  for (let start = 0; start < values.length; start += PER_PIPELINE) {
    const pipeline = redis.pipeline();
    for (const { key, field, value } of values.slice(start, start + PER_PIPELINE)) {
      pipeline.hset(key, field, value);
    }
    await pipeline.exec();
  }
}

/** What is written by hand: rows as objects, each as JSON under a key of its own. */
export async function writeRowObjects(redis: Redis, prefix: string, path: string): Promise<void> {
  await withDuckDb(async (connection) => {
    const result = await connection.runAndReadAll(
      `select * exclude (${EVENT_TIME}) from read_parquet('${path}')`,
    );
    const rows = result.getRowObjects();
    for (let start = 0; start < rows.length; start += PER_PIPELINE) {
      const pipeline = redis.pipeline();
      for (const { user_id: key, ...features } of rows.slice(start, start + PER_PIPELINE)) {
        pipeline.set(`${prefix}${String(key)}`, JSON.stringify(features, textOfBigint));
      }
      await pipeline.exec();
    }
  });
}

function textOfBigint(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

type Connection = Awaited<ReturnType<DuckDBInstance["connect"]>>;

async function withDuckDb(use: (connection: Connection) => Promise<void>): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  try {
    await connection.run("set TimeZone = 'UTC'");
    await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
