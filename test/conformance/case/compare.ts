import { formatInstant, type EpochMicros, type Value, type ValueType } from "@tesela/core";
import type { RawRow, RawView } from "../../oracle/raw-view.ts";
import { featureType } from "./parse-case.ts";

/** Floats compare by `|a − b| <= 1e-9 · max(1, |a|, |b|)` (TIME T6), NaN equals itself; all else exactly. */
export function isSameValue(a: Value, b: Value): boolean {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  if (Object.is(a, b) || a === b) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Whether a row has every value that is expected. */
export function isSameRow(expected: RawRow, got: RawRow): boolean {
  return Object.entries(expected).every(([name, value]) => isSameValue(value, got[name] ?? null));
}

/** A value as a case file writes it. */
export function printValue(value: Value, type: ValueType): string | number | boolean | null {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (type === "timestamp") return formatInstant(value as EpochMicros);
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return typeof value === "number" && Number.isFinite(value) ? value : String(value);
}

/** A row of features as a case file writes it. */
export function printRow(view: RawView, row: RawRow): string {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    printValue(value, featureType(view, name)),
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}
