/** One row of a benchmark: ours against the equivalent, as a ratio of medians over interleaved rounds. */
export interface WorkResult {
  readonly work: string;
  /** Our time divided by the other's; below 1 is faster. */
  readonly ratio: number;
  /** The ratio not to exceed; null where there is none yet. */
  readonly bar: number | null;
  readonly held: boolean;
  /** What was measured besides, such as rows per second. */
  readonly details: Readonly<Record<string, number | string>>;
}

/** Two ways to do one piece of work; each returns what it made, so that equality can be checked. */
export interface Contest<Output> {
  readonly work: string;
  readonly bar: number | null;
  readonly rounds: number;
  ours(round: number): Promise<Output>;
  theirs(round: number): Promise<Output>;
  /** Throws when the outputs differ: a fast wrong answer is no result. */
  compare(ours: Output, theirs: Output): Promise<void>;
  details(ourSeconds: number, theirSeconds: number): WorkResult["details"];
}

/** Runs both sides by turns, the first one alternating, after one round that is not counted. */
export async function measure<Output>(contest: Contest<Output>): Promise<WorkResult> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= contest.rounds; round++) {
    const isOursFirst = round % 2 === 0;
    const first = await timed(() => (isOursFirst ? contest.ours(round) : contest.theirs(round)));
    const second = await timed(() => (isOursFirst ? contest.theirs(round) : contest.ours(round)));
    const [our, their] = isOursFirst ? [first, second] : [second, first];
    await contest.compare(our.output, their.output);
    if (round === 0) continue;
    ours.push(our.seconds);
    theirs.push(their.seconds);
  }
  return resultOf(contest, median(ours), median(theirs));
}

function resultOf<Output>(contest: Contest<Output>, ours: number, theirs: number): WorkResult {
  const ratio = ours / theirs;
  const { work, bar } = contest;
  return { work, ratio, bar, held: bar === null || ratio <= bar, details: contest.details(ours, theirs) };
}

async function timed<Output>(run: () => Promise<Output>): Promise<{ output: Output; seconds: number }> {
  const started = performance.now();
  const output = await run();
  return { output, seconds: (performance.now() - started) / 1000 };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
