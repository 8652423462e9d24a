import { expect, test } from "vitest";
import type { ValueType } from "../value/value-type.ts";
import { first, firstDistinct, last, lastDistinct } from "./sequence.ts";
import { testLaws, valueOf } from "./testing/laws.ts";

const families = { last, first, lastDistinct, firstDistinct };

for (const family of Object.values(families)) testLaws(family.of({ n: 3 }), { isOrdered: true });

test.each(Object.entries(families))("T6 %s of none is an empty list, never null", (_, family) => {
  const aggregate = family.of({ n: 2 });
  expect(valueOf(aggregate, "string", [])).toEqual([]);
  expect(valueOf(aggregate, "string", [null])).toEqual([]);
  expect(aggregate.finalize([null], "string")).toEqual([]);
});

test("T6 lists ascend: the newest or oldest n, distinct ones by their latest or first occurrence", () => {
  const values = ["a", "b", "a", null, "c", "b"];
  const listOf = (family: typeof last): unknown => valueOf(family.of({ n: 2 }), "string", values);
  expect(listOf(last)).toEqual(["c", "b"]);
  expect(listOf(first)).toEqual(["a", "b"]);
  expect(listOf(lastDistinct)).toEqual(["c", "b"]);
  expect(listOf(firstDistinct)).toEqual(["a", "b"]);
  expect(valueOf(lastDistinct.of({ n: 5 }), "string", values)).toEqual(["a", "c", "b"]);
  expect(valueOf(firstDistinct.of({ n: 5 }), "string", values)).toEqual(["a", "b", "c"]);
});

test("T6 NaN equals itself, −0 equals 0, bytes are equal by what they hold", () => {
  const distinct = firstDistinct.of({ n: 9 });
  expect(valueOf(distinct, "float64", [0, Number.NaN, -0, Number.NaN, 1])).toEqual([0, Number.NaN, 1]);
  const bytes = [Uint8Array.of(1, 2), Uint8Array.of(12), Uint8Array.of(1, 2)];
  expect(valueOf(distinct, "bytes", bytes)).toEqual(bytes.slice(0, 2));
});

test.each<ValueType>(["int64", "float64", "string", "bool", "timestamp", "bytes"])("a list of %s", (type) => {
  expect(last.of({ n: 1 }).resultType(type)).toBe(`${type}[]`);
});

test("n is a whole number from 1 to 1000, and the only parameter", () => {
  expect([1, 1000].map((n) => last.problem({ n }))).toEqual([null, null]);
  expect(last.problem({})).toBe("n must be a whole number from 1 to 1000, found none");
  expect(last.problem({ n: 1001 })).toBe("n must be a whole number from 1 to 1000, found 1001");
  expect(last.problem({ n: 1.5 })).toContain("found 1.5");
  expect(last.problem({ n: 1, precision: 8 })).toBe("it takes only n, found precision");
});
