import { compareValues, type Value } from "@tesela/core";
import { OVERFLOW } from "./raw-view.ts";

const INT64 = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n };

/** A function over the non-null values of one window (TIME T6). */
export function fold(name: string, values: readonly Value[]): Value {
  if (name === "count") return BigInt(values.length);
  if (values.length === 0) return null;
  const ascending = values.toSorted(compareValues);
  if (name === "min") return ascending[0]!;
  if (name === "max") return ascending.at(-1)!;
  const total = add(ascending);
  if (name === "mean") return Number(total) / values.length;
  if (name !== "sum") throw new Error(`The oracle knows no function "${name}".`);
  const isTooWide = typeof total === "bigint" && (total < INT64.least || total > INT64.greatest);
  return isTooWide ? OVERFLOW : total;
}

function add(values: readonly Value[]): bigint | number {
  if (typeof values[0] === "bigint")
    return values.reduce<bigint>((sum, value) => sum + (value as bigint), 0n);
  return values.reduce<number>((sum, value) => sum + (value as number), 0);
}
