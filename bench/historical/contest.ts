import { treeCpuSeconds } from "@tesela/test/support";
import type { WorkResult } from "../harness/work.ts";

/** Two ways to do one piece of work. */
export interface Contest {
  readonly work: string;
  readonly bar: number;
  readonly rounds: number;
  /** What a reader of the row has to know. */
  readonly note?: string | undefined;
  readonly ours: () => Promise<void>;
  readonly theirs: () => Promise<void>;
  /** Throws when the outputs of a round differ: a fast wrong answer is no result. */
  readonly compare: () => Promise<void>;
}

interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

/** How often the size of the process is looked at. */
const SAMPLE_MS = 20;

/**
 * Runs both sides by turns, the first one alternating, and compares what they made. The ratio is the median of
 * the rounds' ratios, which a busy neighbour of one round does not move.
 */
export async function contest({
  work,
  bar,
  rounds,
  note,
  ours,
  theirs,
  compare,
}: Contest): Promise<WorkResult> {
  const costs: { ours: Cost; theirs: Cost }[] = [];
  for (let round = 0; round < rounds; round++) {
    const isOursFirst = round % 2 === 0;
    const first = await costOf(isOursFirst ? ours : theirs);
    const second = await costOf(isOursFirst ? theirs : ours);
    if (round === 0) await compare();
    costs.push(isOursFirst ? { ours: first, theirs: second } : { ours: second, theirs: first });
  }
  const ratioOf = (what: keyof Cost): number =>
    median(costs.map((cost) => cost.ours[what] / cost.theirs[what]));
  const medianOf = (side: "ours" | "theirs", what: keyof Cost): number =>
    median(costs.map((cost) => cost[side][what]));
  const ratio = ratioOf("seconds");
  const details = {
    "CPU ratio": ratioOf("cpuSeconds"),
    seconds: medianOf("ours", "seconds"),
    "seconds of the other": medianOf("theirs", "seconds"),
    "peak MB": medianOf("ours", "peakMegabytes"),
    "peak MB of the other": medianOf("theirs", "peakMegabytes"),
    ...(note === undefined ? {} : { note }),
  };
  return { work, ratio, bar, held: ratio <= bar, details };
}

async function costOf(run: () => Promise<void>): Promise<Cost> {
  let peak = process.memoryUsage.rss();
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MS);
  const [cpu, started] = [treeCpuSeconds(), performance.now()];
  await run();
  const seconds = (performance.now() - started) / 1000;
  const cpuSeconds = treeCpuSeconds() - cpu;
  clearInterval(sampler);
  return { seconds, cpuSeconds, peakMegabytes: peak / 2 ** 20 };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
