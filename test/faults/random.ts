/** Numbers that look random and follow from a seed. */
export interface Random {
  /** A whole number from 0, below a limit. */
  int(limit: number): number;
  pick<T>(of: readonly T[]): T;
}

/** The generator that is known as mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (limit: number): number => Math.floor(next() * limit);
  return { int, pick: (of) => of[int(of.length)]! };
}
