import { expect, it } from "vitest";

import type { EntityKey } from "../port.ts";
import { slotOf } from "./cluster-slots.ts";
import { clusterKeys } from "./cluster-keys.ts";

const keys = clusterKeys("tesela");
const entities = Array.from({ length: 1_000 }, (_, i): EntityKey => ({
  scope: "1.ab",
  bytes: Buffer.from(`user ${i}`),
}));
const slotOfKey = (key: string): number => slotOf(/\{(.*?)\}/.exec(key)![1]!);

it("on a cluster has all of an entity in the slot of its shard's book", () => {
  for (const key of entities) {
    const shard = keys.shardOf(key);
    const stored = [
      ...keys.place(shard, [7]).keys,
      keys.hash(7, "attributes", key),
      keys.hash(7, "tiles", key),
    ];
    expect(new Set(stored.map(slotOfKey)).size).toBe(1);
  }
});

it("on a cluster spreads entities over all shards", () => {
  const counts = Map.groupBy(entities, (key) => keys.shardOf(key));
  expect(counts.size).toBe(keys.shardCount);
  expect(Math.max(...[...counts.values()].map((some) => some.length))).toBeLessThan(30);
});

it("finds an entity where every release has put it", () => {
  const key = { scope: "1.ab", bytes: Buffer.from("user") };
  expect(keys.hash(7, "tiles", key)).toMatchInlineSnapshot(`"tesela:{45842}:1.ab:dXNlcg:t:7"`);
});
