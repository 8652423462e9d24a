import {
  toTeselaError,
  type CompiledView,
  type EpochMicros,
  type KeyValue,
  type TeselaError,
} from "@tesela/core";
import type { OnlineStore, ReadOptions, ViewReadResult } from "../store/port.ts";
import type { ServedView } from "./served-view.ts";
import { answerView, checkMarker, foundView, type OnlineAnswer } from "./view-answer.ts";
import {
  boundaryAt,
  edgeOf,
  followsClock,
  levelsFor,
  planRead,
  readOf,
  type KeyRead,
  type ReadPlan,
} from "./view-read.ts";

/** How the read of a view for one key ended; `bytes` came from the store for it. */
export type ReadEnd =
  | { readonly kind: "answered"; readonly answer: OnlineAnswer; readonly bytes: number }
  | { readonly kind: "lacking"; readonly error: TeselaError };

/** A read that has not ended yet. */
interface OpenRead {
  /** Its place among the reads that were asked for. */
  readonly place: number;
  readonly read: KeyRead;
  /** What the generation is taken to be at. */
  readonly guess: ReadPlan;
  /** What is asked: the guess, or of a deleted key the finest tiles alone. */
  readonly plan: ReadPlan;
}

/** Reads features of keys as they were knowable at an instant, no further than what is materialized. */
export class OnlineReader {
  readonly #store: Pick<OnlineStore, "read">;
  /** What each generation was last seen at: it tells which chunks to ask for, not what is answered. */
  readonly #plans = new Map<number, ReadPlan>();

  constructor(store: Pick<OnlineStore, "read">) {
    this.#store = store;
  }

  /** Throws `UNAVAILABLE` when the store has lost data or does not hold the instant: never a wrong value. */
  async read(
    served: ServedView,
    key: readonly KeyValue[],
    now: EpochMicros,
    options: ReadOptions = {},
  ): Promise<OnlineAnswer> {
    const [end] = await this.readAll([{ served, key }], now, options);
    if (end!.kind === "lacking") throw end!.error;
    return end!.answer;
  }

  /** Reads all in one round trip, in two where an edge has moved since it was last seen; never throws. */
  async readAll(
    reads: readonly KeyRead[],
    now: EpochMicros,
    options: ReadOptions = {},
  ): Promise<readonly ReadEnd[]> {
    const ends: ReadEnd[] = [];
    let open: readonly OpenRead[] = reads.map((read, place) => {
      const guess = this.#guess(read.served, now);
      return { place, read, guess, plan: guess };
    });
    while (open.length > 0) open = await this.#readOnce(open, now, options, ends);
    return ends;
  }

  /** One round trip; gives those that have to be asked for once more. */
  async #readOnce(
    open: readonly OpenRead[],
    now: EpochMicros,
    options: ReadOptions,
    ends: ReadEnd[],
  ): Promise<readonly OpenRead[]> {
    const again: OpenRead[] = [];
    try {
      const asked = open.map(({ read, plan }) => readOf(read, plan));
      const results = await this.#store.read(asked, options);
      for (const [index, one] of open.entries()) {
        const next = this.#end(one, results[index]!, now);
        if ("kind" in next) ends[one.place] = next;
        else again.push(next);
      }
    } catch (thrown) {
      const error = toTeselaError(thrown);
      for (const { place } of open) ends[place] = { kind: "lacking", error };
    }
    return again;
  }

  /** How a read ends by what was found, or what has to be asked instead. */
  #end(one: OpenRead, result: ViewReadResult, now: EpochMicros): ReadEnd | OpenRead {
    const { read, guess, plan } = one;
    const { view } = read.served;
    try {
      const found = foundView(result);
      checkMarker(read.served, found.marker);
      const seen = { edge: edgeOf(found.marker), levels: levelsFor(view, found.marker) };
      if (!isAsGuessed(view, guess, seen)) {
        const next = this.#remember(read.served, seen, now);
        return { ...one, guess: next, plan: plan === guess ? next : finest(view, next) };
      }
      if (found.tombstone !== null && plan.levels.length > 1) return { ...one, plan: finest(view, guess) };
      return {
        kind: "answered",
        answer: answerView(read.served, plan, found, now),
        bytes: bytesOf(found.values),
      };
    } catch (error) {
      return { kind: "lacking", error: toTeselaError(error) };
    }
  }

  #guess(served: ServedView, now: EpochMicros): ReadPlan {
    const known = this.#plans.get(served.generation);
    if (known !== undefined && known.boundary === boundaryAt(served.view, now, known.edge)) return known;
    return this.#remember(served, known ?? { edge: null, levels: levelsFor(served.view, null) }, now);
  }

  #remember({ view, generation }: ServedView, seen: Seen, now: EpochMicros): ReadPlan {
    const plan = planRead(view, seen, boundaryAt(view, now, seen.edge));
    this.#plans.set(generation, plan);
    return plan;
  }
}

type Seen = Pick<ReadPlan, "edge" | "levels">;

function isAsGuessed(view: CompiledView, guess: Seen, seen: Seen): boolean {
  return guess.levels.length === seen.levels.length && (followsClock(view) || guess.edge === seen.edge);
}

/** Of a deleted key only the finest tiles tell apart what is hidden (TIME T17). */
function finest(view: CompiledView, { edge, levels, boundary }: ReadPlan): ReadPlan {
  return planRead(view, { edge, levels: levels.slice(0, 1) }, boundary);
}

function bytesOf(values: ViewReadResult["values"]): number {
  let bytes = 0;
  for (const value of values) bytes += value?.length ?? 0;
  return bytes;
}
