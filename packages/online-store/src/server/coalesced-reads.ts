import { TeselaError } from "@tesela/core";
import type { OnlineStore, ReadOptions, ViewRead, ViewReadResult } from "../store/port.ts";

/** One request's reads of the store: until when they may run (`performance.now()`), and how long they took. */
export interface RequestReads {
  readonly deadline: number;
  storeMs: number;
}

/** How a view is read for a request: what it reads goes with the request's other reads; `bytes` counts what came. */
export interface RequestReadOptions extends ReadOptions {
  readonly request: RequestReads;
  readonly size: { bytes: number };
}

interface Waiting {
  readonly count: number;
  readonly size: { bytes: number };
  readonly resolve: (results: readonly ViewReadResult[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Group {
  readonly reads: ViewRead[];
  readonly waiting: Waiting[];
}

/** Lets all that one request reads in the same turn be one round trip to the store. */
export class CoalescedReads implements Pick<OnlineStore, "read"> {
  readonly #store: Pick<OnlineStore, "read">;
  readonly #groups = new Map<RequestReads, Group>();

  constructor(store: Pick<OnlineStore, "read">) {
    this.#store = store;
  }

  read(reads: readonly ViewRead[], options: ReadOptions = {}): Promise<readonly ViewReadResult[]> {
    if (!isOfRequest(options)) return this.#store.read(reads, options);
    const group = this.#groupOf(options.request);
    const { promise, resolve, reject } = Promise.withResolvers<readonly ViewReadResult[]>();
    group.reads.push(...reads);
    group.waiting.push({ count: reads.length, size: options.size, resolve, reject });
    return promise;
  }

  #groupOf(request: RequestReads): Group {
    const known = this.#groups.get(request);
    if (known !== undefined) return known;
    const group: Group = { reads: [], waiting: [] };
    this.#groups.set(request, group);
    queueMicrotask(() => {
      this.#groups.delete(request);
      void this.#send(request, group);
    });
    return group;
  }

  async #send(request: RequestReads, { reads, waiting }: Group): Promise<void> {
    const startedAt = performance.now();
    try {
      const timeoutMs = Math.ceil(request.deadline - startedAt);
      if (timeoutMs <= 0) throw late();
      const results = await this.#store.read(reads, { timeoutMs });
      request.storeMs += performance.now() - startedAt;
      handOut(results, waiting);
    } catch (error) {
      request.storeMs += performance.now() - startedAt;
      for (const { reject } of waiting) reject(error);
    }
  }
}

function isOfRequest(options: ReadOptions): options is RequestReadOptions {
  return "request" in options;
}

function handOut(results: readonly ViewReadResult[], waiting: readonly Waiting[]): void {
  let at = 0;
  for (const { count, size, resolve } of waiting) {
    const own = results.slice(at, at + count);
    at += count;
    for (const { values } of own) for (const value of values) size.bytes += value?.length ?? 0;
    resolve(own);
  }
}

function late(): TeselaError {
  return new TeselaError("TIMEOUT", "The time that the request allows was over before the store was asked.", {
    fix: "Allow more with latencyBudgetMs, or take partial results.",
  });
}
