import type { WorkResult } from "../harness/work.ts";

/** Two ways to read one thing, one read after the other. */
export interface ReadContest {
  readonly work: string;
  /** How many times as long as the other's a read may take; null where there is no bar. */
  readonly bar: number | null;
  readonly isQuick: boolean;
  readonly note?: string;
  readonly ours: (read: number) => Promise<unknown>;
  readonly theirs: (read: number) => Promise<unknown>;
}

/** Reads of a side before it is the other's turn: a neighbour that wakes up meets both sides. */
const READS_PER_TURN = 20;
/** Rounds until the code of both sides is compiled, which slow reads are sooner. */
const WARM_ROUNDS = 500;
const WARM_MS = 4_000;

interface Times {
  readonly milliseconds: number[];
  cpuMicros: number;
}

/** Reads by short turns, the first one alternating; the ratio is that of the medians of all reads. */
export async function readContest(contest: ReadContest): Promise<WorkResult> {
  const { work, bar, isQuick, note, ours, theirs } = contest;
  const [our, their] = [noTimes(), noTimes()];
  const startedAt = performance.now();
  const rounds = isQuick ? 100 : 1_000;
  for (let round = 0, warm = 0; warm < rounds; round++) {
    const isWarm = round >= WARM_ROUNDS || performance.now() - startedAt > WARM_MS;
    if (isWarm) warm++;
    const turns = [
      () => takeTurn(ours, round, isWarm ? our : noTimes()),
      () => takeTurn(theirs, round, isWarm ? their : noTimes()),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  const ratio = quantile(our, 0.5) / quantile(their, 0.5);
  const held = bar === null || ratio <= bar;
  const details = { ...told(our, "ours"), ...told(their, "other"), ...(note === undefined ? {} : { note }) };
  return { work, ratio, bar, held, details };
}

async function takeTurn(
  read: (read: number) => Promise<unknown>,
  round: number,
  times: Times,
): Promise<void> {
  const cpu = process.cpuUsage();
  for (let turn = 0; turn < READS_PER_TURN; turn++) {
    const startedAt = performance.now();
    await read(round * READS_PER_TURN + turn);
    times.milliseconds.push(performance.now() - startedAt);
  }
  const { user, system } = process.cpuUsage(cpu);
  times.cpuMicros += user + system;
}

function noTimes(): Times {
  return { milliseconds: [], cpuMicros: 0 };
}

function told(times: Times, side: string): WorkResult["details"] {
  const micros = (share: number): number => quantile(times, share) * 1_000;
  return {
    [`${side}: p50 µs`]: micros(0.5),
    [`${side}: p10 µs`]: micros(0.1),
    [`${side}: p99 µs`]: micros(0.99),
    [`${side}: CPU µs a read`]: times.cpuMicros / times.milliseconds.length,
  };
}

function quantile({ milliseconds }: Times, share: number): number {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)]!;
}
