import fc from "fast-check";
import type { Value, ValueType } from "../../value/value-type.ts";

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** Values of a column, nulls and the ends of its type among them; doubles are such that any order adds up alike. */
export const columnValues: Readonly<
  Record<"int64" | "float64" | "string" | "timestamp", fc.Arbitrary<Value>>
> = {
  int64: fc.oneof(
    fc.bigInt({ min: -9n, max: 9n }),
    fc.bigInt(INT64),
    fc.constantFrom(INT64.min, INT64.max),
    fc.constant(null),
  ),
  float64: fc.oneof(
    fc.integer({ min: -40, max: 40 }).map((n) => n / 8),
    fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    fc.constant(null),
  ),
  string: fc.oneof(fc.constantFrom("", "A", "a", "é", "\uFF5E", "😀", "o'k"), fc.constant(null)),
  timestamp: fc.oneof(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.constant(null)),
};

/** The types of column that `columnValues` has. */
export type ColumnType = keyof typeof columnValues;

/** Narrows a type to those that a law is checked for. */
export function isColumnType(type: ValueType): type is ColumnType {
  return type in columnValues;
}
