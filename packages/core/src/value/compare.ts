import type { Value } from "./value-type.ts";

/**
 * The one order of values (TIME T6, T8): null lowest, NaN greatest and equal to itself, −0 equal to 0, text
 * and bytes by their (UTF-8) bytes, false before true. Both values must have one type.
 */
export function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === "number" && typeof b === "number") return compareFloats(a, b);
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareFloats(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Code point order is the order of UTF-8 bytes; JavaScript's own order of UTF-16 units is not. */
function compareText(a: string, b: string): number {
  let index = 0;
  while (index < a.length && index < b.length) {
    const [x, y] = [a.codePointAt(index)!, b.codePointAt(index)!];
    if (x !== y) return x < y ? -1 : 1;
    index += x > 0xffff ? 2 : 1;
  }
  return Math.sign(a.length - b.length);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    if (a[index] !== b[index]) return a[index]! < b[index]! ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}
