import { largestChildBytes, treeCpuSeconds } from "@tesela/test/support";

/** What a piece of work has cost this process and all below it. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The largest process below this one, at its largest. */
  readonly peakMegabytes: number;
}

/** How often the size of the processes is looked at. */
const SAMPLE_MS = 50;

/** Runs something and says what it cost. */
export async function costOf(run: () => Promise<unknown>): Promise<Cost> {
  let peak = largestChildBytes();
  const sampler = setInterval(() => (peak = Math.max(peak, largestChildBytes())), SAMPLE_MS);
  const [cpu, started] = [treeCpuSeconds(), performance.now()];
  try {
    await run();
  } finally {
    clearInterval(sampler);
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds, cpuSeconds: treeCpuSeconds() - cpu, peakMegabytes: peak / 2 ** 20 };
}

/** The costs of two sides, run by turns, the first one alternating. */
export async function costsOf(
  rounds: number,
  one: (round: number) => Promise<unknown>,
  other: (round: number) => Promise<unknown>,
): Promise<readonly { readonly one: Cost; readonly other: Cost }[]> {
  const costs = [];
  for (let round = 0; round < rounds; round++) {
    const [first, second] = round % 2 === 0 ? [one, other] : [other, one];
    const a = await costOf(() => first(round));
    const b = await costOf(() => second(round));
    costs.push(round % 2 === 0 ? { one: a, other: b } : { one: b, other: a });
  }
  return costs;
}

/** The middle one; of an even number the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value below which a share of all values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}
