/** The least double that is not before an instant: what a sorted set can tell of it. */
export function scoreFrom(instant: bigint): number {
  const near = Number(instant);
  return BigInt(near) >= instant ? near : next(near);
}

/** The greatest double that is not after an instant. */
export function scoreUpTo(instant: bigint): number {
  return -scoreFrom(-instant);
}

/** Past 2^53 a double is followed by the one whose bits, read as an integer, are the next from zero on. */
function next(near: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, near);
  bits.setBigInt64(0, bits.getBigInt64(0) + (near > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}
