import fc from "fast-check";
import type { Value, ValueType } from "../../value/value-type.ts";

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** Values of a column, nulls and the ends of its type among them; doubles are such that any order adds up alike. */
export const columnValues: Readonly<Record<ValueType, fc.Arbitrary<Value>>> = {
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
  timestamp: fc.oneof(
    fc.bigInt({ min: -9n, max: 9n }),
    fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
    fc.constant(null),
  ),
  bool: fc.constantFrom(true, false, null),
  bytes: fc.oneof(fc.uint8Array({ maxLength: 2, max: 3 }), fc.constant(null)),
};

/** Numbers that the square of a distance neither leaves nor loses. */
export const moderate: Readonly<Record<"int64", fc.Arbitrary<Value>>> = {
  int64: fc.oneof(fc.bigInt({ min: -9_999n, max: 9_999n }), fc.constant(null)),
};
