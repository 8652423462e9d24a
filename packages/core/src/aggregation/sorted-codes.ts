/**
 * Merges two ascending lists of codes, each of which has one code a slot at most; a code is `slot · width`
 * and something below `width`. Two codes of one slot become what `combine` makes of them.
 */
export function mergeCodes(
  a: readonly bigint[],
  b: readonly bigint[],
  width: bigint,
  combine: (x: bigint, y: bigint) => bigint,
): readonly bigint[] {
  const merged: bigint[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i]!, b[j]!];
    const [slot, other] = [x / width, y / width];
    merged.push(slot === other ? combine(x, y) : slot < other ? x : y);
    if (slot <= other) i++;
    if (other <= slot) j++;
  }
  return [...merged, ...a.slice(i), ...b.slice(j)];
}
