import { expect, test } from "vitest";
import { AGGREGATE_NAMES } from "./aggregate.ts";
import { aggregates } from "./all.ts";

const parameters = { n: 3, precision: 100, percentile: 0.5 };

test("every function goes by its own name", () => {
  for (const name of AGGREGATE_NAMES) expect(aggregates[name].of(parameters).name).toBe(name);
});

test("functions without parameters refuse any", () => {
  expect(aggregates.sum.problem({})).toBeNull();
  expect(aggregates.sum.problem({ n: 3, percentile: 1 })).toBe(
    "it takes no parameter, found n and percentile",
  );
});

test("partials of one name are one: their names tell every parameter that shapes them", () => {
  const names = (n: number, precision: number): string[] =>
    AGGREGATE_NAMES.flatMap((name) =>
      aggregates[name]
        .of({ n, precision, percentile: 0.5 })
        .partials("v", "int64")
        .map((one) => one.name),
    );
  const shared = new Set(names(3, 20)).intersection(new Set(names(4, 500)));
  expect([...shared].toSorted()).toEqual(["v__count", "v__max", "v__min", "v__moments", "v__sum"]);
});
