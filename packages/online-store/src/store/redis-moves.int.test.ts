import { clientOf, SlotMoves, startRedisCluster, type ClusterNode } from "@tesela/test/support";
import type { Redis } from "ioredis";
import { expect, test } from "vitest";

import type { EntityKey, OnlineStore } from "./port.ts";
import { clusterKeys } from "./redis/cluster-keys.ts";
import { slotOf } from "./redis/cluster-slots.ts";
import { ask, GENERATION, keys, opened, push, until } from "./suite/commits.ts";
import { codeOf } from "./suite/failure.ts";
import { emptyMarker, keyOf, noChunk, valueOf } from "./suite/fixtures.ts";
import { watchCommits } from "./suite/watch-commits.ts";

const layout = clusterKeys("tesela");
/** A shard of the first primary with several keys. */
const SHARD = [0, 1, 2, 3, 4, 5].find((shard) => keysOf(shard).length > 2)!;
const BOOK = bookOf(SHARD);
const SLOT = slotOfShard(SHARD);
const [moved, other] = keysOf(SHARD) as [EntityKey, EntityKey];
const unknown = Array.from({ length: 10_000 }, (_, i) => keyOf(`nobody ${i}`)).find(isOfShard)!;
const refusal = { code: "UNAVAILABLE" };

test("slots move to a new primary, the old one goes, and every answer is right or says to try again", async () => {
  await using cluster = await startRedisCluster(3, 0);
  await using store = await opened(cluster.url);
  await pushFirst(store.store);
  const source = cluster.nodes[0]!;
  const target = await cluster.add();
  using moves = new SlotMoves(source, target, [...cluster.nodes, target]);
  const ownSlots = Array.from({ length: layout.shardCount }, (_, shard) => slotOfShard(shard));
  const slots = Array.from({ length: 5_461 }, (_, slot) => slot);

  const seen = await watchCommits(store.store, 1n, async () => {
    for (const slot of slots.filter((one) => ownSlots.includes(one))) {
      await moves.begin(slot);
      for (const key of await moves.keysLeft(slot)) await moves.move([key]);
      await moves.end(slot);
    }
    await moves.end(...slots);
    await moves.forgetSource();
    await source.stop("SIGKILL");
  });
  expect(seen.wrong).toEqual([]);
  for (const code of seen.refused) expect(["UNAVAILABLE", "TIMEOUT"]).toContain(code);

  // What was acknowledged is there, for who was there too; then all goes on.
  const [state] = await until(
    () => store.store.states([GENERATION]).catch(() => []),
    (found) => found.length > 0,
  );
  expect(state!.marker!.commitSeq).toBeGreaterThanOrEqual(seen.acknowledged);
  await expect.poll(() => pushed(store.store, 1_000n)).toBe("pushed");
  await expectAnswers(store.store, 1_000n);
  await store.store.settle();
  await using later = await opened(cluster.url);
  await expectAnswers(later.store, 1_000n);
});

test("a shard whose keys are on two primaries is refused, also when the one that they leave fails over", async () => {
  await using cluster = await startRedisCluster(3, 1);
  await using store = await opened(cluster.url);
  await pushFirst(store.store);
  const primaries = cluster.nodes.slice(0, 3);
  const [source, target, replica] = [cluster.nodes[0]!, cluster.nodes[1]!, cluster.nodes[3]!];
  {
    using moves = new SlotMoves(source, target, primaries);
    await moves.begin(SLOT);
    await moves.move([hashOf(moved)]);
  }
  await expectRefused(store.store);

  // The replica takes over a slot of which it does not know that it is open.
  await source.stop("SIGKILL");
  const elsewhere = keys.find((key) => layout.shardOf(key) < 40 && !isOfShard(key))!;
  await expect.poll(() => ask(store.store, elsewhere)).toBe("1: of 1");
  await expectRefused(store.store);
  const read = { generation: GENERATION, kind: "attributes", key: moved, chunks: [noChunk] } as const;
  await expect(store.store.read([read])).rejects.toThrow(/PARTIAL \d+ of \d+ keys of slot/);

  // What `redis-cli --cluster fix` does: it opens the slot again, and ends the move.
  using moves = new SlotMoves(replica, target, [replica, ...primaries.slice(1)]);
  await moves.begin(SLOT);
  await moves.end(SLOT);
  await expectAnswers(store.store, 1n);
  await expect.poll(() => pushed(store.store, 2n)).toBe("pushed");
  await expectAnswers(store.store, 2n);
});

test("keys that are lost in the middle of a move are never null, and are loaded again once their slot is emptied", async () => {
  await using cluster = await startRedisCluster(1, 0);
  await using store = await opened(cluster.url);
  await pushFirst(store.store);
  const target = await cluster.add();
  using moves = new SlotMoves(cluster.nodes[0]!, target, [...cluster.nodes, target]);
  using client = disposable(target);
  await moves.begin(SLOT);
  await moves.move([hashOf(moved)]);
  await client.redis.flushall();
  await moves.move([BOOK]);
  await expectRefused(store.store);
  await moves.end(SLOT);
  await expectRefused(store.store);

  const left = (await client.redis.call("CLUSTER", "GETKEYSINSLOT", SLOT, 1_000)) as string[];
  await client.redis.unlink(left.filter((key) => key !== BOOK));
  await expectRefused(store.store);
  await client.redis.unlink(BOOK);
  await expect.poll(() => ask(store.store, moved)).toBe("none: null");
  await expect.poll(() => pushed(store.store, 2n)).toBe("pushed");
  await expectAnswers(store.store, 2n);
});

test("a primary that dies while a slot moves to it is UNAVAILABLE, and the process lives on", async () => {
  await using cluster = await startRedisCluster(1, 0);
  await using store = await opened(cluster.url);
  await pushFirst(store.store);
  const target = await cluster.add();
  using moves = new SlotMoves(cluster.nodes[0]!, target, [...cluster.nodes, target]);
  await moves.begin(SLOT);
  await moves.move(await moves.keysLeft(SLOT));
  expect(await ask(store.store, moved)).toBe("1: of 1");
  const underWay = Array.from({ length: 50 }, () => ask(store.store, moved));
  await target.stop("SIGKILL");
  await Promise.all(underWay);
  // The test would fail by an error that nobody catches.
  for (let reads = 0; reads < 5; reads += 1)
    expect(["UNAVAILABLE", "TIMEOUT"]).toContain(await ask(store.store, moved));
});

test("the book of a shard counts its keys as values and indexes come and go", async () => {
  await using cluster = await startRedisCluster(1, 0);
  await using store = await opened(cluster.url);
  using client = disposable(cluster.nodes[0]!);
  const counted = async (): Promise<readonly number[]> => [
    Number(await client.redis.hget(BOOK, "keys")),
    Number(await client.redis.call("CLUSTER", "COUNTKEYSINSLOT", SLOT)) - 1,
  ];
  const own = keysOf(SHARD).length;
  await pushFirst(store.store);
  await push(store.store, 2n);
  expect(await counted()).toEqual([own, own]);
  const member = { key: moved, member: keyOf("a").bytes };
  await store.store.addMembers(GENERATION, [{ ...member, latest: 1n }]);
  await store.store.addMembers(GENERATION, [{ ...member, key: other, latest: 1n }]);
  await store.store.write(GENERATION, "tiles", [{ key: moved, chunk: noChunk, value: valueOf(1n, "tile") }]);
  expect(await counted()).toEqual([own + 3, own + 3]);
  await store.store.removeMembers(GENERATION, [{ ...member, before: 2n }]);
  await store.store.removeMembers(GENERATION, [{ key: other, member: null, before: 2n }]);
  expect(await counted()).toEqual([own + 1, own + 1]);
  await store.store.dropGeneration(GENERATION);
  expect(await counted()).toEqual([0, 0]);
});

function keysOf(shard: number): readonly EntityKey[] {
  return keys.filter((key) => layout.shardOf(key) === shard);
}

function isOfShard(key: EntityKey): boolean {
  return layout.shardOf(key) === SHARD;
}

function bookOf(shard: number): string {
  return layout.place(shard, []).keys[0]!;
}

function slotOfShard(shard: number): number {
  return slotOf(/\{(.*?)\}/.exec(bookOf(shard))![1]!);
}

function hashOf(key: EntityKey): string {
  return layout.hash(GENERATION, "attributes", key);
}

/** Nothing of the shard is answered, or said to be complete. */
async function expectRefused(store: OnlineStore): Promise<void> {
  for (const key of [moved, other, unknown])
    expect(["UNAVAILABLE", "TIMEOUT"]).toContain(await ask(store, key));
  await expect(store.states([GENERATION])).rejects.toMatchObject(refusal);
  await expect(store.writeMarker(GENERATION, emptyMarker)).rejects.toMatchObject(refusal);
}

async function expectAnswers(store: OnlineStore, commitSeq: bigint): Promise<void> {
  const answers = async () => new Set(await Promise.all(keys.map((key) => ask(store, key))));
  await expect.poll(answers).toEqual(new Set([`${commitSeq}: of ${commitSeq}`]));
  await expect.poll(() => ask(store, unknown)).toBe(`${commitSeq}: null`);
}

/** A cluster that has just begun may not be reached at once, each of its nodes. */
async function pushFirst(store: OnlineStore): Promise<void> {
  await expect.poll(() => pushed(store, 1n)).toBe("pushed");
}

function pushed(store: OnlineStore, commitSeq: bigint): Promise<unknown> {
  return push(store, commitSeq).then(() => "pushed", codeOf);
}

function disposable(node: ClusterNode): Disposable & { readonly redis: Redis } {
  const redis = clientOf(node);
  return { redis, [Symbol.dispose]: () => redis.disconnect() };
}
