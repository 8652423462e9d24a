import { DuckDBTimestampValue } from "@duckdb/node-api";
import type { Value, ValueType } from "@tesela/core";

const CHECKS: Readonly<Record<ValueType, (value: unknown) => boolean>> = {
  int64: (value) => typeof value === "bigint",
  float64: (value) => typeof value === "number",
  string: (value) => typeof value === "string",
  bool: (value) => typeof value === "boolean",
  timestamp: (value) => typeof value === "bigint",
  bytes: (value) => value instanceof Uint8Array,
};

/** A value that DuckDB gave; throws when it is none of the type, for a result's types are part of the answer. */
export function toValue(given: unknown, type: ValueType, column: string): Value {
  if (given === null) return null;
  const value = given instanceof DuckDBTimestampValue ? given.micros : given;
  if (CHECKS[type](value)) return value as Value;
  throw new TypeError(`${column} is ${typeof value}, expected ${type}.`);
}
