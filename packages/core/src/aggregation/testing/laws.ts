import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VALUE_TYPES, type Value, type ValueType } from "../../value/value-type.ts";
import type { Aggregate, Partial, PartialValue } from "../aggregate.ts";
import { columnValues } from "./values.ts";

/** What is not the same for every function. */
export interface LawOptions {
  /** Whether the answer depends on the order of the values: lists. */
  readonly isOrdered?: boolean;
  /** The values of a column type where those of `columnValues` do not fit. */
  readonly values?: Readonly<globalThis.Partial<Record<ValueType, fc.Arbitrary<Value>>>>;
}

/** The column types that a function accepts. */
export function acceptedTypes(aggregate: Aggregate): readonly ValueType[] {
  return VALUE_TYPES.filter((type) => aggregate.resultType(type) !== null);
}

/** Folds values into one partial, as a tile does. */
export function foldPartial({ empty, lift, merge }: Partial, values: readonly Value[]): PartialValue {
  return values.map(lift).reduce(merge, empty);
}

/** The value of a function over values, by way of its partials. */
export function valueOf(aggregate: Aggregate, input: ValueType, values: readonly Value[]): Value {
  const merged = aggregate.partials("v", input).map((partial) => mergedInHalves(partial, values));
  return aggregate.finalize(merged, input);
}

/** What `foldPartial` gives, in a time that does not grow with the square of the number of values. */
function mergedInHalves(partial: Partial, values: readonly Value[]): PartialValue {
  if (values.length < 8) return foldPartial(partial, values);
  const half = values.length >> 1;
  return partial.merge(
    mergedInHalves(partial, values.slice(0, half)),
    mergedInHalves(partial, values.slice(half)),
  );
}

/** Declares the tests of the algebra that every function obeys: identity, associativity, split and merge. */
export function testLaws(aggregate: Aggregate, { isOrdered = false, values }: LawOptions = {}): void {
  describe.each(acceptedTypes(aggregate))(`${aggregate.name} of %s`, (type) => {
    const lists = fc.array(values?.[type] ?? columnValues[type], { maxLength: 12 });
    const partials = aggregate.partials("v", type);

    test("empty is the identity of merge", () => {
      fc.assert(
        fc.property(lists, (inputs) => {
          for (const partial of partials) {
            const folded = foldPartial(partial, inputs);
            expect(partial.merge(partial.empty, folded)).toEqual(folded);
            expect(partial.merge(folded, partial.empty)).toEqual(folded);
          }
        }),
      );
    });

    test(`merge is associative${isOrdered ? "" : " and commutative"}`, () => {
      expect.hasAssertions();
      fc.assert(
        fc.property(lists, lists, lists, (a, b, c) => {
          for (const partial of partials) {
            const [x, y, z] = [a, b, c].map((inputs) => foldPartial(partial, inputs)) as [
              PartialValue,
              PartialValue,
              PartialValue,
            ];
            const { merge } = partial;
            expectSame(merge(merge(x, y), z), merge(x, merge(y, z)));
            if (!isOrdered) expectSame(merge(x, y), merge(y, x));
          }
        }),
      );
    });

    test("split and merge equals the whole, wherever it is cut", () => {
      expect.hasAssertions();
      fc.assert(
        fc.property(lists, fc.nat(12), (inputs, cut) => {
          for (const partial of partials) {
            const parts = [inputs.slice(0, cut), inputs.slice(cut)].map((part) => foldPartial(partial, part));
            expectSame(partial.merge(parts[0]!, parts[1]!), foldPartial(partial, inputs));
          }
        }),
      );
    });

    test("null inputs are skipped (TIME T6)", () => {
      expect.hasAssertions();
      fc.assert(
        fc.property(lists, (inputs) => {
          for (const partial of partials) {
            const present = inputs.filter((value) => value !== null);
            expectSame(foldPartial(partial, inputs), foldPartial(partial, present));
          }
        }),
      );
    });
  });
}

/** Expects equal values, or partials, or outcomes: −0 is 0, doubles agree to the tolerance of TIME T6. */
export function expectSame(found: unknown, expected: unknown): void {
  expect(found).toEqual(settled(found, expected));
}

/** What is expected, with what was found in place of the numbers that are close to it. */
function settled(found: unknown, expected: unknown): unknown {
  if (Array.isArray(found) && Array.isArray(expected)) {
    return expected.map((item, index) => settled(found[index], item));
  }
  const isNear = typeof found === "number" && typeof expected === "number" && isClose(found, expected);
  return isNear ? found : expected;
}

function isClose(a: number, b: number): boolean {
  return (
    Number.isFinite(a) &&
    Number.isFinite(b) &&
    Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
  );
}
