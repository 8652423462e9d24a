/** Every stored value begins with one byte of format version and eight of stamp: the stamp ends before this byte. */
export const STAMP_END = 9;

/** Negative, zero or positive as the stamp of `a` is less than, equal to or greater than that of `b`. */
export function compareStamps(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a.subarray(1, STAMP_END), b.subarray(1, STAMP_END));
}

/** Of the rows with one address (as `addressOf` spells it) the one with the greatest stamp, the last of equals. */
export function newestOfEach<Row extends { readonly value: Uint8Array }>(
  rows: readonly Row[],
  addressOf: (row: Row) => string,
): readonly Row[] {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const address = addressOf(row);
    const known = newest.get(address);
    if (known === undefined || compareStamps(row.value, known.value) >= 0) newest.set(address, row);
  }
  return [...newest.values()];
}
