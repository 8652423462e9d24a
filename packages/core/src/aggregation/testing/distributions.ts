/** Generated numbers, the same every time. */
export interface Distribution {
  readonly name: string;
  readonly values: readonly number[];
}

/** `size` numbers each: uniform in (0, 1000], zipf (a few are most), one only, and both signs. */
export function distributions(size: number): readonly Distribution[] {
  const random = randomFrom(7);
  const of = (next: () => number): number[] => Array.from({ length: size }, next);
  return [
    { name: "uniform", values: of(() => 1000 * (1 - random())) },
    { name: "zipf", values: of(() => Math.floor((1 - random()) ** -1.2)) },
    { name: "constant", values: of(() => 42.42) },
    { name: "both signs", values: of(() => (random() - 0.5) ** 3 * 1e6) },
  ];
}

/** Numbers in [0, 1) by a linear congruence (Numerical Recipes), the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
