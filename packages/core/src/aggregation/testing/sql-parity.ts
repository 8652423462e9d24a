import { DuckDBInstance, DuckDBTimestampValue, type DuckDBConnection } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { id, text, timestamp } from "../../sql/quote.ts";
import { join, sql, trusted, type Sql } from "../../sql/sql.ts";
import { micros } from "../../time/instant.ts";
import type { Value } from "../../value/value-type.ts";
import type { Aggregate } from "../aggregate.ts";
import { acceptedTypes, valueOf } from "./laws.ts";
import { columnValues, type ColumnType } from "./values.ts";

const DUCKDB: Readonly<Record<ColumnType, string>> = {
  int64: "BIGINT",
  float64: "DOUBLE",
  string: "VARCHAR",
  timestamp: "TIMESTAMP",
};

/** Declares the tests that DuckDB and TypeScript agree about a function, values cut into tiles or not. */
export function testSqlParity(aggregate: Aggregate): void {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    connection = await instance.connect();
    await connection.run("set TimeZone = 'UTC'");
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  describe.each(acceptedTypes(aggregate))(`${aggregate.name} of %s`, (type) => {
    const rows = fc.array(fc.record({ tile: fc.nat(3), value: columnValues[type] }), { maxLength: 12 });

    test("lift, merge and finalize of DuckDB give what those of TypeScript give", async () => {
      const property = fc.asyncProperty(rows, async (tiled) => {
        const values = tiled.map(({ value }) => value);
        const expected = attempt(() => valueOf(aggregate, type, values));
        const query = parityQuery(aggregate, type, tiled);
        const found = await connection.runAndReadAll(query.text).then(
          (reader) => ({ value: fromDuckDB(reader.getRows()[0]![0]) }),
          () => ({ error: true }),
        );
        expect(rounded(found)).toEqual(rounded(expected));
      });
      await fc.assert(property, { numRuns: 150 });
    });
  });
}

interface Row {
  readonly tile: number;
  readonly value: Value;
}

type Outcome = { readonly value: Value } | { readonly error: true } | { readonly error: boolean };

function attempt(work: () => Value): Outcome {
  try {
    return { value: work() };
  } catch {
    return { error: true };
  }
}

/** Doubles agree to TIME T6's tolerance; −0 is 0. */
function rounded(outcome: Outcome): unknown {
  if (!("value" in outcome) || typeof outcome.value !== "number") return outcome;
  return outcome.value === 0 ? 0 : Number(outcome.value.toPrecision(12));
}

function parityQuery(aggregate: Aggregate, type: ColumnType, rows: readonly Row[]): Sql {
  const partials = aggregate.partials("v", type);
  const lifted = partials.map((one) => sql`${one.liftSql(id("v"))} as ${id(one.name)}`);
  const merged = partials.map((one) => sql`${one.mergeSql(id(one.name))} as ${id(one.name)}`);
  const columns = partials.map(({ name }) => id(name));
  return sql`select ${aggregate.finalizeSql(columns, type)}
from (
  select ${join(merged)}
  from (select tile, ${join(lifted)} from (${valuesSql(type, rows)}) group by tile)
)`;
}

function valuesSql(type: ColumnType, rows: readonly Row[]): Sql {
  const lines = [
    sql`(-1, null)`,
    ...rows.map((row) => sql`(${BigInt(row.tile)}, ${literal(type, row.value)})`),
  ];
  return sql`select tile, v::${trusted(DUCKDB[type])} as v
from (values ${join(lines)}) as rows(tile, v)
where tile >= 0`;
}

function literal(type: ColumnType, value: Value): Sql {
  if (value === null) return sql`null`;
  if (type === "timestamp") return timestamp(micros(value as bigint));
  return sql`${text(Object.is(value, -0) ? "-0.0" : String(value))}::${trusted(DUCKDB[type])}`;
}

function fromDuckDB(value: unknown): Value {
  return value instanceof DuckDBTimestampValue ? value.micros : (value as Value);
}
