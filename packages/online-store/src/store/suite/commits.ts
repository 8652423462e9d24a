import { setTimeout } from "node:timers/promises";

import { expect } from "vitest";

import type { EntityKey, OnlineStore } from "../port.ts";
import { openRedisStore, type RedisStoreOptions } from "../redis/redis-store.ts";
import { codeOf } from "./failure.ts";
import { emptyMarker, keyOf, noChunk, textOf, valueOf } from "./fixtures.ts";

/** The one generation of commits. */
export const GENERATION = 7;
/** The keys that every commit writes. */
export const keys = Array.from({ length: 300 }, (_, i) => keyOf(`user ${i}`));

const LONGEST_MS = 20_000;

/** Brings a commit: the values of all keys, then the marker; the marker alone notices what was lost since it began. */
export async function push(
  store: OnlineStore,
  commitSeq: bigint,
  between?: () => Promise<unknown>,
): Promise<void> {
  const { history } = (await store.states([GENERATION]))[0]!;
  const value = valueOf(commitSeq, `of ${commitSeq}`);
  const writes = keys.map((key) => ({ key, chunk: noChunk, value }));
  await store.write(GENERATION, "attributes", writes);
  await between?.();
  await store.writeMarker(GENERATION, { ...emptyMarker, commitSeq }, history);
}

/** What a key is answered: the commit that the store claims to hold, and the value; or why it is not. */
export async function ask(store: OnlineStore, key: EntityKey): Promise<string> {
  const read = { generation: GENERATION, kind: "attributes", key, chunks: [noChunk] } as const;
  try {
    const [answer] = await store.read([read], { timeoutMs: 300 });
    return `${answer!.marker?.commitSeq ?? "none"}: ${textOf(answer!.values[0] ?? null)}`;
  } catch (error) {
    return String(codeOf(error));
  }
}

/** What is found once it is as it shall be, or after very long. */
export async function until<T>(act: () => Promise<T>, holds: (found: T) => boolean): Promise<T> {
  const deadline = performance.now() + LONGEST_MS;
  for (;;) {
    const found = await act();
    if (holds(found) || performance.now() > deadline) return found;
    await setTimeout(20);
  }
}

/** A store that has started. */
export async function opened(
  url: string,
  options: Pick<RedisStoreOptions, "writeTimeoutMs"> = {},
): Promise<AsyncDisposable & { readonly store: OnlineStore }> {
  const store = openRedisStore({ url, ...options });
  // While a part of a cluster fails over, a start may come too early.
  const end = await until(
    () => store.start().then(() => "started", String),
    (found) => found === "started",
  );
  expect(end).toBe("started");
  return { store, [Symbol.asyncDispose]: () => store.stop() };
}
