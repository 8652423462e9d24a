import {
  DuckDBBlobValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBTimestampValue,
  type DuckDBConnection,
} from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { id, text, timestamp } from "../../sql/quote.ts";
import { join, sql, trusted, type Sql } from "../../sql/sql.ts";
import { micros } from "../../time/instant.ts";
import { duckdbTypeOf } from "../../value/duckdb-type.ts";
import type { Value, ValueType } from "../../value/value-type.ts";
import type { Aggregate } from "../aggregate.ts";
import { acceptedTypes, expectSame, valueOf, type LawOptions } from "./laws.ts";
import { columnValues } from "./values.ts";

/** Declares the tests that DuckDB and TypeScript agree about a function, values cut into tiles or not. */
export function testSqlParity(aggregate: Aggregate, { values }: LawOptions = {}): void {
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
    const value = values?.[type] ?? columnValues[type];
    const rows = fc.array(fc.record({ tile: fc.nat(3), value }), { maxLength: 12 });
    const ask = async (cases: readonly (readonly Row[])[]): Promise<readonly Value[]> => {
      const reader = await connection.runAndReadAll(parityQuery(aggregate, type, cases).text);
      return reader.getRows().map((row) => fromDuckDB(row[1]));
    };

    test("lift, merge and finalize of DuckDB give what those of TypeScript give", async () => {
      const cases = fc.sample(rows, 150).map((unsorted) => unsorted.toSorted((a, b) => a.tile - b.tile));
      const expected = cases.map((one) =>
        attempt(() =>
          valueOf(
            aggregate,
            type,
            one.map((row) => row.value),
          ),
        ),
      );
      const computed = cases.filter((_, index) => !("error" in expected[index]!));
      const refused = cases.filter((_, index) => "error" in expected[index]!);
      const found = await ask(computed);
      expectSame(
        found,
        expected.flatMap((outcome) => ("error" in outcome ? [] : [outcome.value])),
      );
      for (const one of refused) await expect(ask([one])).rejects.toThrow(Error);
    });
  });
}

interface Row {
  readonly tile: number;
  readonly value: Value;
}

function attempt(work: () => Value): { readonly value: Value } | { readonly error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

/** One row a case. Rows are read backwards, so that only what orders them does. */
function parityQuery(aggregate: Aggregate, type: ValueType, cases: readonly (readonly Row[])[]): Sql {
  const partials = aggregate.partials("v", type);
  const lifted = partials.map((one) => sql`${one.liftSql(id("v"), id("place"))} as ${id(one.name)}`);
  const merged = partials.map((one) => sql`${one.mergeSql(id(one.name), id("tile"))} as ${id(one.name)}`);
  const columns = partials.map(({ name }) => id(name));
  return sql`select number, ${aggregate.finalizeSql(columns, type)}
from (
  select number, ${join(merged)}
  from range(${BigInt(cases.length)}) as cases(number)
  left join (
    select number, tile, ${join(lifted)}
    from (${valuesSql(type, cases)})
    group by number, tile
    order by tile desc
  ) using (number)
  group by number
)
order by number`;
}

function valuesSql(type: ValueType, cases: readonly (readonly Row[])[]): Sql {
  const lines = cases.flatMap((rows, number) =>
    rows.map(
      (row, place) =>
        sql`(${BigInt(number)}, ${BigInt(row.tile)}, ${BigInt(place)}, ${literal(type, row.value)})`,
    ),
  );
  return sql`select number, tile, place, v::${trusted(duckdbTypeOf[type])} as v
from (values ${join([sql`(-1, -1, 0, null)`, ...lines].toReversed())}) as rows(number, tile, place, v)
where tile >= 0`;
}

function literal(type: ValueType, value: Value): Sql {
  if (value === null) return sql`null`;
  if (type === "timestamp") return timestamp(micros(value as bigint));
  if (value instanceof Uint8Array) return sql`unhex(${text(Buffer.from(value).toString("hex"))})`;
  return sql`${text(Object.is(value, -0) ? "-0.0" : String(value))}::${trusted(duckdbTypeOf[type])}`;
}

function fromDuckDB(value: unknown): Value {
  if (value instanceof DuckDBListValue) return value.items.map(fromDuckDB) as Value;
  if (value instanceof DuckDBBlobValue) return Uint8Array.from(value.bytes);
  return value instanceof DuckDBTimestampValue ? value.micros : (value as Value);
}
