import type { Value } from "@tesela/core";

/** The exact sum of int64, or the sum of doubles from the least on. */
export function total(ascending: readonly Value[]): bigint | number {
  if (typeof ascending[0] === "bigint") {
    return ascending.reduce<bigint>((sum, value) => sum + (value as bigint), 0n);
  }
  return ascending.reduce<number>((sum, value) => sum + (value as number), 0);
}

/** The mean square of what values are off their mean; `lost` degrees of freedom, null where none is left. */
export function variance(values: readonly Value[], lost: 0 | 1): number | null {
  if (values.length <= lost) return null;
  const numbers = values.map((value) => fromFirst(value, values[0]!));
  if (!numbers.every(Number.isFinite)) return Number.NaN;
  const mean = sumOf(numbers) / numbers.length;
  const off = numbers.map((value) => value - mean);
  const squares = sumOf(off.map((value) => value * value));
  return (squares - sumOf(off) ** 2 / numbers.length) / (numbers.length - lost);
}

/** Variance does not change with a shift, and a shifted int64 keeps its low digits. */
function fromFirst(value: Value, first: Value): number {
  return typeof value === "bigint" ? Number(value - (first as bigint)) : (value as number);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0);
}

/** The value of rank `floor(p · (n − 1))`, as a number. */
export function quantile(ascending: readonly Value[], p: number): number {
  return Number(ascending[Math.floor(p * (ascending.length - 1))]);
}
