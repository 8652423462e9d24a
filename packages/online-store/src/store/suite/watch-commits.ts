import type { OnlineStore } from "../port.ts";
import { ask, keys, push } from "./commits.ts";
import { codeOf } from "./failure.ts";

/** What was seen while it was watched. */
export interface Watched {
  /** The last commit whose marker was acknowledged, and the last that was tried. */
  acknowledged: bigint;
  tried: bigint;
  /** Answers that were not right. */
  readonly wrong: string[];
  /** The codes of the errors instead of answers. */
  readonly refused: Set<unknown>;
}

/**
 * Reads all keys in turn and brings one commit after the other until a piece of work is done; `acknowledged` is the
 * commit that is there at the beginning.
 */
export async function watchCommits(
  store: OnlineStore,
  acknowledged: bigint,
  work: () => Promise<unknown>,
): Promise<Watched> {
  const seen: Watched = { acknowledged, tried: acknowledged, wrong: [], refused: new Set() };
  const done = new AbortController();
  const loops = [reading(store, seen, done.signal), pushing(store, seen, done.signal)];
  await work().finally(() => done.abort());
  await Promise.all(loops);
  return seen;
}

async function reading(store: OnlineStore, seen: Watched, done: AbortSignal): Promise<void> {
  for (let at = 0; !done.aborted; at += 1) {
    const least = seen.acknowledged;
    const answer = await ask(store, keys[at % keys.length]!);
    if (/^[A-Z]+$/.test(answer)) seen.refused.add(answer);
    else if (!isRight(answer, least, seen.tried)) seen.wrong.push(answer);
  }
}

async function pushing(store: OnlineStore, seen: Watched, done: AbortSignal): Promise<void> {
  while (!done.aborted) {
    seen.tried += 1n;
    try {
      await push(store, seen.tried);
      seen.acknowledged = seen.tried;
    } catch (error) {
      seen.refused.add(codeOf(error));
    }
  }
}

/** A marker is that of an acknowledged commit or a later one, and the value is that of its commit or a later one. */
function isRight(answer: string, least: bigint, most: bigint): boolean {
  const [, marker, value] = /^(\d+): of (\d+)$/.exec(answer) ?? [];
  if (marker === undefined || value === undefined) return false;
  return least <= BigInt(marker) && BigInt(marker) <= BigInt(value) && BigInt(value) <= most;
}
