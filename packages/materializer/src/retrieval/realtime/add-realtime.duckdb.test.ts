import { mkdtempSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  blobValue,
  DOUBLE,
  DuckDBInstance,
  DuckDBTimestampValue,
  LIST,
  listValue,
  TIMESTAMP,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { RealtimeRead } from "@tesela/contract";
import { quoteLiteral, type FeatureType, type Value } from "@tesela/core";
import { RealtimeEngine } from "@tesela/online-store";
import { SEED } from "@tesela/test/support";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEngine } from "../../engine/engine.ts";
import { addRealtime } from "./add-realtime.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "add-realtime-")));
const engine = createEngine({ memoryBytes: 512e6, threads: 2, tempRoot: join(root, "engines") });
const realtime = new RealtimeEngine();
const options = { signal: new AbortController().signal };
const path = join(root, "joined.parquet");

beforeAll(() => engine.start());
afterAll(async () => {
  await engine.stop();
  await rm(root, { recursive: true });
});

const FIELDS = [
  { name: "whole", type: "int64", isCount: false },
  { name: "real", type: "float64", isCount: false },
  { name: "words", type: "string", isCount: false },
  { name: "flag", type: "bool", isCount: false },
  { name: "moment", type: "timestamp", isCount: false },
  { name: "raw", type: "bytes", isCount: false },
  { name: "wholes", type: "int64[]", isCount: false },
  { name: "reals", type: "float64[]", isCount: false },
  { name: "moments", type: "timestamp[]", isCount: false },
  { name: "raws", type: "bytes[]", isCount: false },
] as const;

const TYPES: Readonly<Record<(typeof FIELDS)[number]["type"], DuckDBType>> = {
  int64: BIGINT,
  float64: DOUBLE,
  string: VARCHAR,
  bool: BOOLEAN,
  timestamp: TIMESTAMP,
  bytes: BLOB,
  "int64[]": LIST(BIGINT),
  "float64[]": LIST(DOUBLE),
  "timestamp[]": LIST(TIMESTAMP),
  "bytes[]": LIST(BLOB),
};

const whole = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const moment = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });
const raw = fc.uint8Array({ maxLength: 20 });
const real = fc.double();
const orNull = (value: fc.Arbitrary<Value>): fc.Arbitrary<Value> => fc.option(value, { freq: 5 });
const row: fc.Arbitrary<readonly Value[]> = fc.tuple(
  orNull(whole),
  orNull(real),
  orNull(fc.string({ unit: "binary", maxLength: 20 })),
  orNull(fc.boolean()),
  orNull(moment as fc.Arbitrary<Value>),
  orNull(raw),
  orNull(fc.array(whole, { maxLength: 3 })),
  orNull(fc.array(real, { maxLength: 3 })),
  orNull(fc.array(moment, { maxLength: 3 }) as fc.Arbitrary<Value>),
  orNull(fc.array(raw, { maxLength: 3 })),
);

const view = {
  name: "v",
  function: `({ request }) => {
    if (request.real !== null && request.real < -1e300) throw new Error("too small");
    return {
      ...request,
      sum: request.whole === null ? null : BigInt.asIntN(64, request.whole * 3n + BigInt(request.words?.length ?? 0)),
      wave: request.real === null ? null : Math.sin(request.real) ** 3 + Math.exp(request.real / 1e3),
      text: String(request.real) + request.moment + request.whole,
    };
  }`,
  sources: [{ parameter: "request", origin: { kind: "request" }, fields: [...FIELDS] }],
  features: [
    ...FIELDS.map(({ name, type }) => ({ name, type })),
    { name: "sum", type: "int64" },
    { name: "wave", type: "float64" },
    { name: "text", type: "string" },
  ],
} satisfies RealtimeRead["view"];

const reads = [{ view, name: "out", features: null, position: 0, views: [null] }] satisfies RealtimeRead[];

function toDuckDB(value: Value, type: FeatureType): DuckDBValue {
  if (value === null) return null;
  if (type.endsWith("[]"))
    return listValue((value as Value[]).map((item) => toDuckDB(item, type.slice(0, -2) as FeatureType)));
  if (type === "timestamp") return new DuckDBTimestampValue(value as bigint);
  return value instanceof Uint8Array ? blobValue(value) : (value as DuckDBValue);
}

async function writeRows(rows: readonly (readonly Value[])[]): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const columns = FIELDS.map(({ name, type }) => `${name} ${String(TYPES[type])}`);
  await connection.run(`create table rows (${columns.join(", ")})`);
  const appender = await connection.createAppender("rows");
  for (const values of rows) {
    for (const [at, { type }] of FIELDS.entries())
      appender.appendValue(toDuckDB(values[at]!, type), TYPES[type]);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(`copy rows to ${quoteLiteral(path)} (format parquet)`);
  connection.closeSync();
  instance.closeSync();
}

async function execute(statement: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

const newDirectory = (): string => mkdtempSync(join(root, "scratch-"));

async function offline(rows: readonly (readonly Value[])[]) {
  await writeRows(rows);
  const columns = FIELDS.map(({ name, type }) => ({ name, duckdbType: String(TYPES[type]) }));
  const spine = { path, columns, timestampKey: "moment" };
  const joined = { spine, views: [], reads, path, rowCount: rows.length };
  const frame = await addRealtime({ engine, realtime }, joined, newDirectory(), options);
  const query = `select columns('^out\\.') from read_parquet(${quoteLiteral(frame.path)})`;
  const { results } = await engine.run({ files: [frame.path], statements: [{ sql: query, rows: true }] });
  return { frame, values: results[0]!.map((values) => values.map(plain)) };
}

/** Bytes come out of a process as a kind of their own. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

test("offline gives what the engine gives for each row: NaN, int64 past 2^53, unicode, nulls, lists, errors", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
      const online = await realtime.map(
        view,
        rows.map((values) => [values]),
      );
      const { frame, values } = await offline(rows);
      expect(values).toEqual(online.map((answer) => answer.values));
      const failed = online.filter(({ error }) => error !== null).length;
      expect(frame.statistics["out"]).toMatchObject({ matched: rows.length - failed, null: failed });
    }),
    { numRuns: 15, seed: SEED },
  );
});

test("many rows keep their order, through every batch", async () => {
  const rowCount = 50_001;
  await execute(`copy (select i::bigint as n from range(${rowCount}) as t(i)) to ${quoteLiteral(path)}`);
  const double = {
    name: "double",
    function: "({ request }) => ({ n: request.n * 2n })",
    sources: [
      {
        parameter: "request",
        origin: { kind: "request" },
        fields: [{ name: "n", type: "int64", isCount: false }],
      },
    ],
    features: [{ name: "n", type: "int64" }],
  } satisfies RealtimeRead["view"];
  const reading = [{ view: double, name: "out", features: null, position: 0, views: [null] }];
  const spine = { path, columns: [{ name: "n", duckdbType: "BIGINT" }], timestampKey: "n" };
  const joined = { spine, views: [], reads: reading, path, rowCount };
  const frame = await addRealtime({ engine, realtime }, joined, newDirectory(), options);
  expect(frame.written.rowCount).toBe(rowCount);
  const query = `select count(*) from read_parquet(${quoteLiteral(frame.path)}, file_row_number = true)
where n = file_row_number and "out.n" = 2 * n`;
  const { results } = await engine.run({ files: [frame.path], statements: [{ sql: query, rows: true }] });
  expect(results[0]).toEqual([[BigInt(rowCount)]]);
});

test("no row gives an empty, fully typed frame", async () => {
  const { frame, values } = await offline([]);
  expect(values).toEqual([]);
  expect(frame.written.columns.slice(FIELDS.length)).toEqual([
    ...FIELDS.map(({ name, type }) => ({ name: `out.${name}`, type: String(TYPES[type]) })),
    { name: "out.sum", type: "BIGINT" },
    { name: "out.wave", type: "DOUBLE" },
    { name: "out.text", type: "VARCHAR" },
  ]);
});
