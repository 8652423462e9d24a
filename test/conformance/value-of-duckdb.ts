import { DuckDBListValue, DuckDBTimestampValue } from "@duckdb/node-api";
import type { FeatureType, Value, ValueType } from "@tesela/core";
import { elementType } from "./case/feature-type.ts";

const CHECKS: Readonly<Record<ValueType, (value: unknown) => boolean>> = {
  int64: (value) => typeof value === "bigint",
  float64: (value) => typeof value === "number",
  string: (value) => typeof value === "string",
  bool: (value) => typeof value === "boolean",
  timestamp: (value) => typeof value === "bigint",
  bytes: (value) => value instanceof Uint8Array,
};

/** A value that DuckDB gave; throws when it is none of the type, for a result's types are part of the answer. */
export function toValue(given: unknown, type: FeatureType, column: string): Value {
  if (given === null) return null;
  const element = elementType(type);
  if (element === null) return toScalar(given, type as ValueType, column);
  if (!(given instanceof DuckDBListValue))
    throw new TypeError(`${column} is ${typeof given}, expected ${type}.`);
  return given.items.map((one) => toScalar(one, element, column)) as unknown as Value;
}

function toScalar(given: unknown, type: ValueType, column: string): Value {
  const value = given instanceof DuckDBTimestampValue ? given.micros : given;
  if (CHECKS[type](value)) return value as Value;
  throw new TypeError(`${column} is ${typeof value}, expected ${type}.`);
}
