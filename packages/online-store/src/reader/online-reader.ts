import {
  toTeselaError,
  type CompiledView,
  type EpochMicros,
  type KeyValue,
  type TeselaError,
} from "@tesela/core";
import type { Marker, OnlineStore, ReadOptions, ViewReadResult } from "../store/port.ts";
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

/** What is known of a generation: it tells which chunks to ask for, not what is answered. */
interface Guess {
  readonly served: ServedView;
  /** The clock that the plan was last right for. */
  now: EpochMicros;
  readonly plan: ReadPlan;
  /** The marker by which the plan was last right. */
  marker: Marker | null;
}

/** A read that has not ended yet. */
interface OpenRead {
  /** Its place among the reads that were asked for. */
  readonly place: number;
  readonly read: KeyRead;
  /** What the generation is taken to be at. */
  readonly guess: Guess;
  /** What is asked: the guess, or of a deleted key the finest tiles alone. */
  readonly plan: ReadPlan;
}

/** Reads features of keys as they were knowable at an instant, no further than what is materialized. */
export class OnlineReader {
  readonly #store: Pick<OnlineStore, "read">;
  readonly #guesses = new Map<number, Guess>();

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
      return { place, read, guess, plan: guess.plan };
    });
    while (open.length > 0) {
      try {
        const asked = open.map(({ read, plan }) => readOf(read, plan));
        open = this.#end(open, await this.#store.read(asked, options), now, ends);
      } catch (thrown) {
        const error = toTeselaError(thrown);
        for (const { place } of open) ends[place] = { kind: "lacking", error };
        open = [];
      }
    }
    return ends;
  }

  /** Ends reads by what was found; gives those that have to be asked for once more. */
  #end(
    open: readonly OpenRead[],
    results: readonly ViewReadResult[],
    now: EpochMicros,
    ends: ReadEnd[],
  ): readonly OpenRead[] {
    const again: OpenRead[] = [];
    for (let at = 0; at < open.length; at++) {
      const next = this.#endOf(open[at]!, results[at]!, now);
      if ("kind" in next) ends[open[at]!.place] = next;
      else again.push(next);
    }
    return again;
  }

  /** How a read ends by what was found, or what has to be asked instead. */
  #endOf(one: OpenRead, result: ViewReadResult, now: EpochMicros): ReadEnd | OpenRead {
    const { read, guess, plan } = one;
    const { served } = read;
    try {
      const found = foundView(result);
      if (!isRight(guess, served, found.marker)) {
        checkMarker(served, found.marker);
        const seen = { edge: edgeOf(found.marker), levels: levelsFor(served.view, found.marker) };
        if (!isAsGuessed(served.view, guess.plan, seen)) {
          const next = this.#remember(served, seen, now);
          return {
            ...one,
            guess: next,
            plan: plan === guess.plan ? next.plan : finest(served.view, next.plan),
          };
        }
        if (guess.served === served) guess.marker = found.marker;
      }
      if (found.tombstone !== null && plan.levels.length > 1) {
        return { ...one, plan: finest(served.view, guess.plan) };
      }
      const answer = answerView(served, plan, found, now);
      return { kind: "answered", answer, bytes: bytesOf(found.values) };
    } catch (error) {
      return { kind: "lacking", error: toTeselaError(error) };
    }
  }

  #guess(served: ServedView, now: EpochMicros): Guess {
    const known = this.#guesses.get(served.generation);
    if (known === undefined) {
      return this.#remember(served, { edge: null, levels: levelsFor(served.view, null) }, now);
    }
    if (known.served === served && known.now === now) return known;
    const isRightNow = known.plan.boundary === boundaryAt(served.view, now, known.plan.edge);
    if (known.served !== served || !isRightNow) return this.#remember(served, known.plan, now);
    known.now = now;
    return known;
  }

  #remember(served: ServedView, seen: Seen, now: EpochMicros): Guess {
    const { view, generation } = served;
    const plan = planRead(view, seen, boundaryAt(view, now, seen.edge));
    const guess = { served, now, plan, marker: null };
    this.#guesses.set(generation, guess);
    return guess;
  }
}

/** Markers do not change: what was right by one is right by the same one. A missing one is looked at every time. */
function isRight(guess: Guess, served: ServedView, marker: Marker | null): boolean {
  return marker !== null && guess.marker === marker && guess.served === served;
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
