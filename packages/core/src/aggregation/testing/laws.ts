import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VALUE_TYPES, type Value } from "../../value/value-type.ts";
import type { Aggregate, Partial, PartialValue } from "../aggregate.ts";
import { columnValues, isColumnType, type ColumnType } from "./values.ts";

/** The column types that a function accepts. */
export function acceptedTypes(aggregate: Aggregate): readonly ColumnType[] {
  return VALUE_TYPES.filter(isColumnType).filter((type) => aggregate.resultType(type) !== null);
}

/** Folds values into one partial, as a tile does. */
export function foldPartial({ empty, lift, merge }: Partial, values: readonly Value[]): PartialValue {
  return values.map(lift).reduce(merge, empty);
}

/** The value of a function over values, by way of its partials. */
export function valueOf(aggregate: Aggregate, input: ColumnType, values: readonly Value[]): Value {
  const merged = aggregate.partials("v", input).map((partial) => foldPartial(partial, values));
  return aggregate.finalize(merged, input);
}

/** Declares the tests of the algebra that every function obeys: identity, associativity, split and merge. */
export function testLaws(aggregate: Aggregate): void {
  describe.each(acceptedTypes(aggregate))(`${aggregate.name} of %s`, (type) => {
    const lists = fc.array(columnValues[type], { maxLength: 12 });
    const partials = aggregate.partials("v", type);

    test("empty is the identity of merge", () => {
      fc.assert(
        fc.property(lists, (values) => {
          for (const partial of partials) {
            const folded = foldPartial(partial, values);
            expect(partial.merge(partial.empty, folded)).toEqual(folded);
            expect(partial.merge(folded, partial.empty)).toEqual(folded);
          }
        }),
      );
    });

    test("merge is associative and commutative", () => {
      fc.assert(
        fc.property(lists, lists, lists, (a, b, c) => {
          for (const partial of partials) {
            const [x, y, z] = [a, b, c].map((values) => foldPartial(partial, values)) as [
              PartialValue,
              PartialValue,
              PartialValue,
            ];
            const { merge } = partial;
            expect(normal(merge(merge(x, y), z))).toEqual(normal(merge(x, merge(y, z))));
            expect(normal(merge(x, y))).toEqual(normal(merge(y, x)));
          }
        }),
      );
    });

    test("split and merge equals the whole, wherever it is cut", () => {
      fc.assert(
        fc.property(lists, fc.nat(12), (values, cut) => {
          for (const partial of partials) {
            const parts = [values.slice(0, cut), values.slice(cut)].map((part) => foldPartial(partial, part));
            expect(normal(partial.merge(parts[0]!, parts[1]!))).toEqual(normal(foldPartial(partial, values)));
          }
        }),
      );
    });

    test("null inputs are skipped (TIME T6)", () => {
      fc.assert(
        fc.property(lists, (values) => {
          for (const partial of partials) {
            const present = values.filter((value) => value !== null);
            expect(normal(foldPartial(partial, values))).toEqual(normal(foldPartial(partial, present)));
          }
        }),
      );
    });
  });
}

/** −0 equals 0 (TIME T6), which `toEqual` does not think. */
function normal(value: PartialValue): PartialValue {
  return value === 0 ? 0 : value;
}
