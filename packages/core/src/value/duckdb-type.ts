import { id } from "../sql/quote.ts";
import { trusted, type Sql } from "../sql/sql.ts";
import type { ValueType } from "./value-type.ts";

/** The DuckDB type that stores each value type. */
export const duckdbTypeOf: Readonly<Record<ValueType, string>> = {
  int64: "BIGINT",
  float64: "DOUBLE",
  string: "VARCHAR",
  bool: "BOOLEAN",
  timestamp: "TIMESTAMP",
  bytes: "BLOB",
};

/** The written table of casts: which DuckDB type a source column may have, and what it becomes. */
const CASTS: readonly (readonly [RegExp, ValueType])[] = [
  [/^(TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|HUGEINT|UHUGEINT)$/, "int64"],
  [/^(FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/, "float64"],
  [/^(VARCHAR|UUID|ENUM\(.*\))$/s, "string"],
  [/^BOOLEAN$/, "bool"],
  [/^(TIMESTAMP|TIMESTAMP_S|TIMESTAMP_MS|TIMESTAMP_NS|TIMESTAMP WITH TIME ZONE|DATE)$/, "timestamp"],
  [/^BLOB$/, "bytes"],
];

/** The value type that a column of a DuckDB type becomes; `null` when the type is refused. */
export function valueTypeOf(duckdbType: string): ValueType | null {
  return CASTS.find(([pattern]) => pattern.test(duckdbType))?.[1] ?? null;
}

/**
 * SQL that brings a column of any accepted DuckDB type to its value type. Integers that do not fit fail the
 * query; nanoseconds are floored to microseconds (TIME T1), which DuckDB's own cast does not do.
 */
export function castSql(column: Sql, duckdbType: string, type: ValueType): Sql {
  if (duckdbType === "TIMESTAMP_NS") return floorNanos(column);
  if (duckdbType === "TIMESTAMP WITH TIME ZONE") return trusted(`(${column.text} at time zone 'UTC')`);
  if (duckdbType === duckdbTypeOf[type]) return column;
  return trusted(`cast(${column.text} as ${duckdbTypeOf[type]})`);
}

function floorNanos(column: Sql): Sql {
  const nanos = `epoch_ns(${column.text})`;
  return trusted(`make_timestamp((${nanos} - ((${nanos} % 1000) + 1000) % 1000) // 1000)`);
}

/** `name` as an aliased select item. */
export function aliased(expression: Sql, name: string): Sql {
  return trusted(`${expression.text} as ${id(name).text}`);
}
