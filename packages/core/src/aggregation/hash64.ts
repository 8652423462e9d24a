import { sql, type Sql } from "../sql/sql.ts";
import type { Scalar, ValueType } from "../value/value-type.ts";
import { md5 } from "./md5.ts";

const encoder = new TextEncoder();

/**
 * The one hash of values, an unsigned 64-bit integer that TypeScript and DuckDB both give: the last eight
 * bytes, little endian, of the MD5 of the value written down. Integers, timestamps (microseconds) and the 64
 * bits of a double are written as decimal text (−0 as 0, every NaN as one), text as UTF-8, bytes as they are.
 */
export function hash64(value: Scalar): bigint {
  const [, , low, high] = md5(value instanceof Uint8Array ? value : encoder.encode(written(value)));
  return (BigInt(high!) << 32n) | BigInt(low!);
}

function written(value: Exclude<Scalar, Uint8Array>): string {
  return typeof value === "number" ? bitsOf(value).toString() : String(value);
}

function bitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Number.isNaN(value) ? Number.NaN : value === 0 ? 0 : value);
  return view.getBigInt64(0);
}

/** SQL of the same, over a column of a value type. */
export function hash64Sql(column: Sql, type: ValueType): Sql {
  return sql`md5_number_lower(${WRITTEN[type](column)})`;
}

const WRITTEN: Readonly<Record<ValueType, (column: Sql) => Sql>> = {
  int64: (column) => sql`${column}::varchar`,
  timestamp: (column) => sql`epoch_us(${column})::varchar`,
  float64: (column) =>
    sql`(case when isnan(${column}) then 'nan'::double when ${column} = 0 then 0 else ${column} end)::bit::bigint::varchar`,
  string: (column) => column,
  bool: (column) => sql`${column}::varchar`,
  bytes: (column) => column,
};
