import type { Value } from "@tesela/core";
import { order } from "./order.ts";
import { OVERFLOW, type RawAggregate } from "./raw-view.ts";
import { quantile, total, variance } from "./statistics.ts";

const INT64 = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n };

/** A function over the non-null values of one window, oldest first (TIME T6). */
export function fold(aggregate: RawAggregate, values: readonly Value[]): Value {
  const n = aggregate.n ?? 0;
  const isEmpty = values.length === 0;
  switch (aggregate.function) {
    case "count":
      return BigInt(values.length);
    case "approxCountDistinct":
      return BigInt(distinct(values).length);
    case "last":
      return values.slice(-n) as Value;
    case "first":
      return values.slice(0, n) as Value;
    case "lastDistinct":
      return distinct(values.toReversed()).slice(0, n).toReversed() as Value;
    case "firstDistinct":
      return distinct(values).slice(0, n) as Value;
    default:
      return isEmpty ? null : foldSome(aggregate, values);
  }
}

function foldSome({ function: name, percentile }: RawAggregate, values: readonly Value[]): Value {
  const ascending = values.toSorted(order);
  if (name === "min") return ascending[0]!;
  if (name === "max") return ascending.at(-1)!;
  if (name === "sum") return fitting(total(ascending));
  if (name === "mean") return Number(total(ascending)) / values.length;
  if (name === "varPop") return variance(ascending, 0);
  if (name === "varSamp") return variance(ascending, 1);
  if (name === "stddevPop") return root(variance(ascending, 0));
  if (name === "stddevSamp") return root(variance(ascending, 1));
  if (name === "approxPercentile") return quantile(ascending, percentile!);
  throw new Error(`The oracle knows no function "${name}".`);
}

function fitting(sum: bigint | number): Value {
  return typeof sum === "bigint" && (sum < INT64.least || sum > INT64.greatest) ? OVERFLOW : sum;
}

function root(value: number | null): number | null {
  return value === null ? null : Math.sqrt(value);
}

/** Each value once, where it comes first. */
function distinct(values: readonly Value[]): Value[] {
  return values.filter((value, index) => !values.slice(0, index).some((one) => order(one, value) === 0));
}
