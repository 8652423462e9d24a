import { micros } from "@tesela/core";
import { expect, test } from "vitest";
import { encodeTombstone, TOMBSTONE } from "../deletion/tombstone.ts";
import type { ChunkAddress, ViewRead, ViewReadResult } from "../store/port.ts";
import { CachedReads, type CacheUse } from "./cached-reads.ts";
import type { CacheRule } from "./cache-rules.ts";
import { addressOf } from "./value-cache.ts";

const CACHED = 1;
const PLAIN = 2;
const bytes = (...values: number[]) => new Uint8Array(values);
const key = (name: string) => ({ scope: "1.a", bytes: new TextEncoder().encode(name) });
const chunk = (at: number): ChunkAddress => ({ level: 0, chunk: at });

/** A store whose chunks are set by hand, and which notes what it was asked. */
class HandStore {
  commitSeq = 1n;
  readonly values = new Map<string, Uint8Array>();
  readonly asked: (readonly ViewRead[])[] = [];

  set(name: string, at: ChunkAddress, value: Uint8Array): void {
    this.values.set(`${name} ${addressOf(at)}`, value);
  }

  async read(reads: readonly ViewRead[]): Promise<readonly ViewReadResult[]> {
    this.asked.push(reads);
    const marker = { commitSeq: this.commitSeq, edge: null, retainedFrom: null, epoch: "e", hidden: 0n };
    return reads.map(({ key: { bytes: name }, chunks }) => ({
      marker,
      values: chunks.map(
        (at) => this.values.get(`${new TextDecoder().decode(name)} ${addressOf(at)}`) ?? null,
      ),
    }));
  }
}

function world(maxBytes?: number) {
  const store = new HandStore();
  const rule = { view: "v", maxAgeMs: 10_000, expectedSeq: 1n, expectedHidden: 0n };
  const rules = new Map<number, CacheRule>([[CACHED, rule]]);
  const ends: string[] = [];
  const clock = { ms: 0 };
  const reads = new CachedReads(store, {
    rules: () => rules,
    onRead: (_, end) => ends.push(end),
    clock: () => clock.ms,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  const attributes = async (name: string, generation = CACHED, cache?: CacheUse) => {
    const asked: readonly ViewRead[] = [
      { generation, kind: "attributes", key: key(name), chunks: [chunk(0)] },
      { generation, kind: "tiles", key: key(name), chunks: [TOMBSTONE] },
    ];
    const [found] = await reads.read(asked, { cache });
    return found!;
  };
  const tiles = async (name: string, ...chunks: number[]) => {
    const all = [...chunks.map(chunk), TOMBSTONE];
    const [found] = await reads.read([{ generation: CACHED, kind: "tiles", key: key(name), chunks: all }]);
    return found!.values;
  };
  return { store, rules, rule, ends, clock, attributes, tiles };
}

test("what was read at most maxAge ago is used again, and read anew a moment later", async () => {
  const { store, clock, attributes, ends } = world();
  store.set("a", chunk(0), bytes(1));
  await attributes("a");
  store.set("a", chunk(0), bytes(2));
  clock.ms = 10_000;
  expect((await attributes("a")).values).toEqual([bytes(1)]);
  clock.ms = 10_001;
  expect((await attributes("a")).values).toEqual([bytes(2)]);
  expect(ends).toEqual(["miss", "hit", "miss"]);
});

test("values go with the marker of the instant at which they were read", async () => {
  const { store, attributes } = world();
  await attributes("a");
  store.commitSeq = 5n;
  expect((await attributes("a")).marker!.commitSeq).toBe(1n);
});

test("what was read before a commit that the plan knows is not used any more", async () => {
  const { store, rules, rule, attributes } = world();
  await attributes("a");
  store.set("a", chunk(0), bytes(2));
  store.commitSeq = 2n;
  rules.set(CACHED, { ...rule, expectedSeq: 2n });
  expect((await attributes("a")).values).toEqual([bytes(2)]);
});

test("T17 of a key whose values are kept the tombstone is read every time", async () => {
  const { store, tiles, attributes } = world();
  store.set("a", chunk(7), bytes(1));
  expect(await tiles("a", 7)).toEqual([bytes(1), null]);
  expect(await tiles("a", 7)).toEqual([bytes(1), null]);
  expect(store.asked.at(-1)![0]!.chunks).toEqual([TOMBSTONE]);
  await attributes("b");
  await attributes("b");
  expect(store.asked.at(-1)!.map(({ chunks }) => chunks)).toEqual([[TOMBSTONE]]);
});

test("T17 tiles from before a deletion are read anew, as the tombstone says what the stored tiles hold", async () => {
  const { store, tiles } = world();
  store.set("a", chunk(7), bytes(1));
  await tiles("a", 7);
  const tombstone = encodeTombstone(1n, { before: micros(5n), isCleaned: true });
  store.set("a", TOMBSTONE, tombstone);
  store.set("a", chunk(7), bytes(2));
  expect(await tiles("a", 7)).toEqual([bytes(2), tombstone]);
  expect(await tiles("a", 7)).toEqual([bytes(2), tombstone]);
});

test("a read of a chunk that is not kept is a read of all of them", async () => {
  const { store, tiles, ends } = world();
  store.set("a", chunk(7), bytes(1));
  store.set("a", chunk(8), bytes(2));
  await tiles("a", 7);
  store.set("a", chunk(7), bytes(9));
  expect(await tiles("a", 7, 8)).toEqual([bytes(9), bytes(2), null]);
  expect(ends).toEqual(["miss", "miss"]);
});

test("views that declare no cache are read every time", async () => {
  const { store, attributes, ends } = world();
  await attributes("a", PLAIN);
  store.set("a", chunk(0), bytes(3));
  expect((await attributes("a", PLAIN)).values).toEqual([bytes(3)]);
  expect(ends).toEqual([]);
});

test("a read that does not look into the cache is of the store, and what it reads is kept", async () => {
  const { store, attributes, ends } = world();
  store.set("a", chunk(0), bytes(1));
  await attributes("a");
  store.set("a", chunk(0), bytes(2));
  expect((await attributes("a", CACHED, { find: false, keep: true })).values).toEqual([bytes(2)]);
  store.set("a", chunk(0), bytes(3));
  expect((await attributes("a")).values).toEqual([bytes(2)]);
  expect(ends).toEqual(["miss", "hit"]);
});

test("a read that keeps nothing leaves the cache as it is", async () => {
  const { store, attributes } = world();
  store.set("a", chunk(0), bytes(1));
  await attributes("a", CACHED, { find: true, keep: false });
  store.set("a", chunk(0), bytes(2));
  expect((await attributes("a")).values).toEqual([bytes(2)]);
  store.set("a", chunk(0), bytes(3));
  expect((await attributes("a", CACHED, { find: true, keep: false })).values).toEqual([bytes(2)]);
});

test("keys that were not asked for longest go first once the bytes are used up", async () => {
  const { store, attributes, ends } = world(3_000);
  for (const name of ["a", "b", "c"]) store.set(name, chunk(0), new Uint8Array(500));
  await attributes("a");
  await attributes("b");
  await attributes("a");
  await attributes("c");
  await attributes("a");
  await attributes("b");
  expect(ends).toEqual(["miss", "miss", "hit", "miss", "hit", "miss"]);
});
