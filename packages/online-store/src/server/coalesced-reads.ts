import { TeselaError } from "@tesela/core";
import type { CachedReadOptions, CacheUse } from "../cache/cached-reads.ts";
import type { OnlineStore, ReadOptions, ViewRead, ViewReadResult } from "../store/port.ts";

/** One request's reads of the store: until when they may run (`performance.now()`), and how long they took. */
export interface RequestReads {
  readonly deadline: number;
  /** How long it was at the request's beginning. */
  readonly budgetMs: number;
  /** How it uses the serving caches of views; fully unless told. */
  readonly cache?: CacheUse;
  storeMs: number;
}

/** How a request's views are read: together with what other requests read in the same turn. */
export interface RequestReadOptions extends CachedReadOptions {
  readonly request: RequestReads;
}

interface Waiting {
  readonly count: number;
  readonly request: RequestReads;
  readonly resolve: (results: readonly ViewReadResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Reads of one turn that may take equally long. */
interface Group {
  readonly reads: ViewRead[];
  readonly waiting: Waiting[];
}

/**
 * Lets what requests of the same budget read in one turn of the event loop be one round trip to the store: it costs
 * one write to a socket instead of one each, and waits for nothing.
 */
export class CoalescedReads implements Pick<OnlineStore, "read"> {
  readonly #store: Pick<OnlineStore, "read">;
  readonly #groups = new Map<number, Group>();

  constructor(store: Pick<OnlineStore, "read">) {
    this.#store = store;
  }

  read(reads: readonly ViewRead[], options: ReadOptions = {}): Promise<readonly ViewReadResult[]> {
    if (!isOfRequest(options)) return this.#store.read(reads, options);
    const { request } = options;
    return new Promise((resolve, reject) => {
      const group = this.#groupOf(request.budgetMs);
      group.reads.push(...reads);
      group.waiting.push({ count: reads.length, request, resolve, reject });
    });
  }

  #groupOf(budgetMs: number): Group {
    const known = this.#groups.get(budgetMs);
    if (known !== undefined) return known;
    const group: Group = { reads: [], waiting: [] };
    if (this.#groups.size === 0) setImmediate(() => this.#sendAll());
    this.#groups.set(budgetMs, group);
    return group;
  }

  #sendAll(): void {
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    for (const group of groups) void this.#send(group);
  }

  async #send({ reads, waiting }: Group): Promise<void> {
    const startedAt = performance.now();
    try {
      const timeoutMs = Math.ceil(Math.min(...waiting.map(({ request }) => request.deadline)) - startedAt);
      if (timeoutMs <= 0) throw late();
      const results = await this.#store.read(reads, { timeoutMs });
      const storeMs = performance.now() - startedAt;
      let at = 0;
      for (const { count, request, resolve } of waiting) {
        request.storeMs += storeMs;
        resolve(waiting.length === 1 ? results : results.slice(at, (at += count)));
      }
    } catch (error) {
      for (const { request, reject } of waiting) {
        request.storeMs += performance.now() - startedAt;
        reject(error);
      }
    }
  }
}

function isOfRequest(options: ReadOptions): options is RequestReadOptions {
  return "request" in options;
}

function late(): TeselaError {
  return new TeselaError("TIMEOUT", "The time that the request allows was over before the store was asked.", {
    fix: "Allow more with latencyBudgetMs, or take partial results.",
  });
}
