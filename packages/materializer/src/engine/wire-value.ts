import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { WireValue } from "./protocol.ts";

/**
 * A DuckDB value as one that survives the message channel: instants become epoch microseconds (finer digits
 * floored, TIME T1), lists arrays, structs objects, maps arrays of pairs, every other special type its text.
 */
export function toWireValue(value: DuckDBValue): WireValue {
  if (value === null || typeof value !== "object") return value;
  const instant = microsOf(value);
  if (instant !== undefined) return instant;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.map(toWireValue);
  if (value instanceof DuckDBStructValue) return toWireRecord(value.entries);
  if (value instanceof DuckDBMapValue)
    return value.entries.map((entry) => [toWireValue(entry.key), toWireValue(entry.value)]);
  if (value instanceof DuckDBBlobValue) return value.bytes;
  return value.toString();
}

function toWireRecord(entries: Readonly<Record<string, DuckDBValue>>): WireValue {
  return Object.fromEntries(Object.entries(entries).map(([field, value]) => [field, toWireValue(value)]));
}

function microsOf(value: DuckDBValue): bigint | undefined {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return value.micros;
  if (value instanceof DuckDBTimestampSecondsValue) return value.seconds * 1_000_000n;
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.millis * 1_000n;
  if (value instanceof DuckDBTimestampNanosecondsValue) return floorToMicros(value.nanos);
  return undefined;
}

function floorToMicros(nanoseconds: bigint): bigint {
  return (nanoseconds - (((nanoseconds % 1_000n) + 1_000n) % 1_000n)) / 1_000n;
}
