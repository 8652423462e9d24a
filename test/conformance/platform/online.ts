import { materializableFrom, materializableUntil, micros, type EpochMicros, type Value } from "@tesela/core";
import type { KeyInput } from "@tesela/sdk";
import { OVERFLOW, type RawRow } from "../../oracle/raw-view.ts";
import { printRow } from "../case/compare.ts";
import { featureTypes } from "../case/definitions.ts";
import { inParallel } from "../in-parallel.ts";
import type { Mistake } from "../result.ts";
import { featureMistakes } from "./historical.ts";
import { materialize } from "./materialize.ts";
import { isOverflow, printError, valueOfSdk, type RunningCase } from "./running-case.ts";

/** A spine row that can be asked online: it has an instant and every key. */
interface Question {
  readonly row: number;
  readonly at: EpochMicros;
}

/**
 * Asks every spine row online with the clock at its instant, all cases together since the clock is one: at each
 * instant, ascending, everything due by then is materialized first. Rows with a null key or instant cannot be asked.
 */
export async function onlineMistakes(
  cases: readonly RunningCase[],
  setClock: (instant: EpochMicros) => Promise<void>,
  concurrency: number,
): Promise<ReadonlyMap<RunningCase, readonly Mistake[]>> {
  const runs = cases.map((running) => new OnlineRun(running));
  const instants = new Set(runs.flatMap(({ questions }) => questions.map(({ at }) => at)));
  for (const now of [...instants].toSorted(ascending)) {
    await setClock(now);
    const ready = runs.filter((run) => run.isReady(now));
    await inParallel(ready, concurrency, (run) => run.advance(now));
  }
  return new Map(runs.map(({ running, mistakes }) => [running, mistakes]));
}

class OnlineRun {
  readonly running: RunningCase;
  readonly mistakes: Mistake[] = [];
  /** What is still to be asked, by instant. */
  questions: readonly Question[];
  private edge: EpochMicros;

  constructor(running: RunningCase) {
    this.running = running;
    this.questions = questionsOf(running).toSorted((a, b) => ascending(a.at, b.at));
    this.edge = materializableFrom(running.compiled.time);
  }

  /** Whether all that the next question needs is due already, so that its job may run beside those of others. */
  isReady(now: EpochMicros): boolean {
    const [next] = this.questions;
    return next !== undefined && this.until(next.at) === this.until(now);
  }

  /** Materializes what is due, and answers what is asked now; after a failure the rest cannot be asked. */
  async advance(now: EpochMicros): Promise<void> {
    try {
      const until = this.until(now);
      await materialize(this.running, "online", this.edge, until);
      if (until > this.edge) this.edge = until;
    } catch (error) {
      const { row } = this.questions[0]!;
      this.mistakes.push({ row, expected: "a job that succeeds", got: printError(error) });
      this.questions = [];
    }
    const asked = this.questions.filter(({ at }) => at === now);
    this.questions = this.questions.slice(asked.length);
    for (const { row } of asked) this.mistakes.push(...(await rowMistakes(this.running, row)));
  }

  private until(at: EpochMicros): EpochMicros {
    return materializableUntil(this.running.compiled.time, at);
  }
}

function questionsOf({ case: { keys, spine, timestampKey } }: RunningCase): Question[] {
  return spine.flatMap((values, row) => {
    const at = values[timestampKey] as bigint | null;
    const isWhole = at !== null && keys.every(({ name }) => values[name] !== null);
    return isWhole ? [{ row, at: micros(at) }] : [];
  });
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

async function rowMistakes(running: RunningCase, row: number): Promise<Mistake[]> {
  const { case: one, view } = running;
  const expected = one.expect[row]!;
  const overflows = Object.values(expected).includes(OVERFLOW);
  const keys = Object.fromEntries(one.keys.map(({ name }) => [name, one.spine[row]![name] as KeyInput]));
  try {
    const got = featuresOf(running, (await view.getOnlineFeatures(keys)).toObject());
    return featureMistakes(running, got, row);
  } catch (error) {
    if (overflows && isOverflow(error)) return [];
    return [{ row, expected: printRow(one.view, expected), got: printError(error) }];
  }
}

function featuresOf({ case: one }: RunningCase, vector: Readonly<Record<string, unknown>>): RawRow {
  const entries = [...featureTypes(one)].map(([name, type]): [string, Value] => {
    if (!(name in vector)) throw new TypeError(`The vector has no feature "${name}".`);
    return [name, valueOfSdk(vector[name], type)];
  });
  return Object.fromEntries(entries);
}
