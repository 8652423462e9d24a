import { formatInstant, type EpochMicros, type Value } from "@tesela/core";
import { DROPPED } from "../../oracle/oracle.ts";
import type { RawFeature, RawRow, RawView } from "../../oracle/raw-view.ts";
import { isWithinSketch } from "./sketch-error.ts";

/** Floats compare by `|a − b| <= 1e-9 · max(1, |a|, |b|)` (TIME T6), NaN equals itself; lists by element; all else exactly. */
export function isSameValue(a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one: Value, index) => isSameValue(one, b[index] as Value));
  }
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  if (Object.is(a, b) || a === b) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Whether a row has every value that is expected; sketches within their stated error. */
export function isSameRow(view: RawView, expected: RawRow, got: RawRow): boolean {
  const features = new Map<string, RawFeature>(view.features.map((feature) => [feature.name, feature]));
  return Object.entries(expected).every(([name, value]) => {
    const found = got[name] ?? null;
    return isSameValue(value, found) || isWithinSketch(features.get(name), value, found);
  });
}

/** A value as a case file writes it; `isInstant` where a bigint is one. */
export function printValue(value: Value, type: string): Printed {
  if (Array.isArray(value)) return value.map((one: Value) => printValue(one, type.replace("[]", "")));
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (type === "timestamp") return formatInstant(value as EpochMicros);
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return typeof value === "number" && Number.isFinite(value) ? value : String(value);
}

/** What `printValue` gives. */
export type Printed = string | number | boolean | null | Printed[];

/** A row as a case file writes it; `types` are those of its columns. */
export function printRow(types: ReadonlyMap<string, string>, row: RawRow | typeof DROPPED): string {
  return JSON.stringify(row === DROPPED ? row : printedRow(types, row));
}

/** A row as JSON has it. */
export function printedRow(types: ReadonlyMap<string, string>, row: RawRow): Record<string, Printed> {
  const entries = Object.entries(row).map(([name, value]) => [name, printValue(value, types.get(name)!)]);
  return Object.fromEntries(entries) as Record<string, Printed>;
}
