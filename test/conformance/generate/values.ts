import fc from "fast-check";
import type { RowJson, ViewJson } from "../case/schema.ts";

type Json = RowJson[string];
type ColumnType = ViewJson["columns"][string];

/** Any value, or none so large beside the others that a variance would lose its digits (TIME T6). */
export type Tameness = "any" | "level";

const int64 = fc.integer({ min: -5, max: 5 });
const quarters = fc.integer({ min: -20, max: 20 }).map((n) => n / 4);
const text = fc.constantFrom("", "a", "A", "7", "007", "é", "\uFF5E", "😀", "o'k", '"');
const instants = fc.constantFrom(
  "2024-01-01T00:00:00Z",
  "1969-12-31T23:59:59.999999Z",
  "2024-01-01T00:00:00.000001Z",
);
const LARGE = ["9007199254740993", "-9007199254740993", "4611686018427387904", "9223372036854775807"];

/** Few values of a column, so that ties and repeats are common. */
export function valuesOf(type: ColumnType, tameness: Tameness): fc.Arbitrary<Json> {
  if (type === "string") return text;
  if (type === "timestamp") return instants;
  if (type === "bool") return fc.boolean();
  if (type === "int64") return tameness === "any" ? fc.oneof(int64, fc.constantFrom(...LARGE)) : int64;
  const odd = fc.constantFrom<Json>(-0, "NaN", "Infinity", "-Infinity");
  if (tameness === "level")
    return fc.oneof({ weight: 6, arbitrary: quarters }, { weight: 1, arbitrary: odd });
  return fc.oneof(quarters, fc.constantFrom<Json>(-0, 1e17, "NaN", "Infinity", "-Infinity"));
}

const KEYS = {
  int64: fewOf("9007199254740993", ["9007199254740992", 1, null]),
  string: fewOf("1", ["12", "23", "3", "007", "7", "", null]),
} as const;

/** Mostly one value, so that events and questions meet. */
function fewOf(usual: Json, others: readonly Json[]): fc.Arbitrary<Json> {
  return fc.oneof(
    { arbitrary: fc.constant(usual), weight: 6 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );
}

/** An arbitrary for each join key. */
export function keyFields(joinKeys: ViewJson["joinKeys"]): Record<string, fc.Arbitrary<Json>> {
  const fields: Record<string, fc.Arbitrary<Json>> = {};
  for (const [name, type] of Object.entries(joinKeys)) fields[name] = KEYS[type];
  return fields;
}

/** Null now and then. */
export function rarelyNull<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(arbitrary, { freq: 15 });
}
