import { canonicalJson, type CompiledRealtimeView } from "@tesela/core";
import { REALTIME_LIMITS, type RealtimeLimits } from "./limits.ts";
import { compileRealtimeFunction, type RealtimeFunction } from "./realtime-function.ts";
import { decodeAnswers, encodeRows, failed, type RealtimeAnswer, type RealtimeRow } from "./row-codec.ts";

/** Functions that are kept compiled. */
const KEPT = 32;
/** Rows of one call into a context. */
const AT_ONCE = 256;
/** How many rows of one read may still use up what they are allowed; at none the rest is not tried. */
export interface StopBudget {
  stops: number;
}

/** Rows of one request that may use up what they are allowed. */
const MOST_STOPS = 4;

/** Runs the functions of realtime views: the one engine of online and historical reads. */
export class RealtimeEngine {
  readonly #limits: RealtimeLimits;
  readonly #functions = new Map<string, Promise<RealtimeFunction>>();
  readonly #identities = new WeakMap<CompiledRealtimeView, string>();

  constructor(limits: RealtimeLimits = REALTIME_LIMITS) {
    this.#limits = limits;
  }

  /**
   * The features of each row. A row whose function throws, gives something else than its features or uses more than
   * it may has nulls and the reason; the others have their values. Throws `VALIDATION` where the view holds no
   * function, which `realtimeProblems` would have told.
   */
  async map(
    view: CompiledRealtimeView,
    rows: readonly RealtimeRow[],
    budget: StopBudget = { stops: MOST_STOPS },
  ): Promise<readonly RealtimeAnswer[]> {
    const answers: RealtimeAnswer[] = [];
    for (let start = 0; start < rows.length; start += AT_ONCE) {
      answers.push(...(await this.#some(view, rows.slice(start, start + AT_ONCE), budget)));
    }
    return answers;
  }

  /** One row that uses too much must not fail the others: they are tried in halves. */
  async #some(
    view: CompiledRealtimeView,
    rows: readonly RealtimeRow[],
    budget: StopBudget,
  ): Promise<readonly RealtimeAnswer[]> {
    if (budget.stops === 0) return rows.map(() => failed(view.features, "other rows ran too long"));
    const outcome = (await this.#functionOf(view)).run(encodeRows(view, rows), rows.length === 1);
    if (outcome.kind === "done") return decodeAnswers(view, outcome.json);
    if (rows.length === 1) {
      budget.stops -= 1;
      return [failed(view.features, outcome.why)];
    }
    const half = Math.ceil(rows.length / 2);
    const first = await this.#some(view, rows.slice(0, half), budget);
    return [...first, ...(await this.#some(view, rows.slice(half), budget))];
  }

  /** A compiled function that is fit for use; the one used longest ago goes first. */
  async #functionOf(view: CompiledRealtimeView): Promise<RealtimeFunction> {
    const identity = this.#identityOf(view);
    const known = this.#functions.get(identity);
    const found = known ?? compileRealtimeFunction(view, this.#limits);
    this.#functions.delete(identity);
    this.#functions.set(identity, found);
    const [oldest] = this.#functions.keys();
    if (this.#functions.size > KEPT && oldest !== undefined) this.#functions.delete(oldest);
    const compiled = await found.catch((error: unknown) => {
      this.#forget(identity, found);
      throw error;
    });
    if (!compiled.isSpent) return compiled;
    this.#forget(identity, found);
    return this.#functionOf(view);
  }

  #forget(identity: string, spent: Promise<RealtimeFunction>): void {
    if (this.#functions.get(identity) === spent) this.#functions.delete(identity);
  }

  #identityOf(view: CompiledRealtimeView): string {
    const known = this.#identities.get(view) ?? canonicalJson(view);
    this.#identities.set(view, known);
    return known;
  }
}
