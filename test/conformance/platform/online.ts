import { materializableFrom, materializableUntil, micros, type EpochMicros, type Value } from "@tesela/core";
import type { KeyInput } from "@tesela/sdk";
import { DROPPED } from "../../oracle/oracle.ts";
import { OVERFLOW, type RawRow } from "../../oracle/raw-view.ts";
import type { Case } from "../case/case.ts";
import { printRow } from "../case/compare.ts";
import { featureTypes } from "../case/feature-type.ts";
import { featureMistakes } from "../case/mistakes.ts";
import { inParallel } from "../in-parallel.ts";
import type { Mistake } from "../result.ts";
import { materialize } from "./materialize.ts";
import { isOverflow, printError, valueOfSdk, type RunningCase } from "./running-case.ts";

/** A spine row that can be asked online: it has an instant and every key. */
interface Question {
  readonly row: number;
  readonly at: EpochMicros;
}

/**
 * Asks every spine row online with the clock at its instant, all cases together since the clock is one: at each
 * instant, ascending, everything due by then is materialized first; what was ingested is there already.
 * Rows with a null key or instant cannot be asked.
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
      await this.materializeUntil(this.until(now));
    } catch (error) {
      const { row } = this.questions[0]!;
      this.mistakes.push({ row, expected: "a job that succeeds", got: printError(error) });
      this.questions = [];
    }
    const asked = this.questions.filter(({ at }) => at === now);
    this.questions = this.questions.slice(asked.length);
    for (const { row } of asked) this.mistakes.push(...(await rowMistakes(this.running, row)));
  }

  private async materializeUntil(until: EpochMicros): Promise<void> {
    if (this.running.compiled.kind !== "batch") return;
    await materialize(this.running, "online", this.edge, until);
    if (until > this.edge) this.edge = until;
  }

  private until(at: EpochMicros): EpochMicros {
    return materializableUntil(this.running.compiled.time, at);
  }
}

function questionsOf({ case: { keys, question } }: RunningCase): Question[] {
  if (question.kind === "range") return [];
  return question.rows.flatMap((values, row) => {
    const at = values[question.timestampKey] as bigint | null;
    const isWhole = at !== null && keys.every(({ name }) => values[name] !== null);
    return isWhole ? [{ row, at: micros(at) }] : [];
  });
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

async function rowMistakes({ case: one, view }: RunningCase, row: number): Promise<Mistake[]> {
  const { expect, question } = one;
  if (expect.kind !== "spine" || question.kind !== "spine") return [];
  const expected = expect.rows[row]!;
  const overflows = expected !== DROPPED && Object.values(expected).includes(OVERFLOW);
  const keys = Object.fromEntries(one.keys.map(({ name }) => [name, question.rows[row]![name] as KeyInput]));
  try {
    const vector = (await view.getOnlineFeatures(keys)).toObject();
    return featureMistakes(one, expected, valuesOf(one, vector), row);
  } catch (error) {
    if (overflows && isOverflow(error)) return [];
    return [{ row, expected: printRow(featureTypes(one.view), expected), got: printError(error) }];
  }
}

function valuesOf({ view }: Case, vector: Readonly<Record<string, unknown>>): RawRow {
  const entries = [...featureTypes(view)].map(([name, type]): [string, Value] => {
    if (!(name in vector)) throw new TypeError(`The vector has no feature "${name}".`);
    return [name, valueOfSdk(vector[name], type)];
  });
  return Object.fromEntries(entries);
}
