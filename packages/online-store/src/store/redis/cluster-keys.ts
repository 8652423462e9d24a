import { crc32 } from "node:zlib";

import type { EntityKey } from "../port.ts";
import { evenTags, slotOf } from "./cluster-slots.ts";
import { checkPrefix, classify, entity, kindSuffix, type RedisKeys } from "./keys.ts";

/** How many parts of a cluster can be lost, moved and told apart by themselves. Part of the layout: it never changes. */
const CLUSTER_SHARDS = 128;

/**
 * The keys on a cluster: shards whose slots lie evenly over all nodes. What is known of a shard is in one hash, its
 * book, so that no part of that can be lost or moved without the others.
 */
export function clusterKeys(prefix: string): RedisKeys {
  checkPrefix(prefix);
  const tags = evenTags(CLUSTER_SHARDS);
  const shards = new Map(tags.map((tag, shard) => [tag, shard]));
  const slots = tags.map(slotOf);
  const shardOf = ({ scope, bytes }: EntityKey): number => crc32(bytes, crc32(scope)) % CLUSTER_SHARDS;
  const tagged = (shard: number): string => `${prefix}:{${tags[shard]!}}`;
  const book = (shard: number): string => `${tagged(shard)}:book`;
  const marker = (generation: number): string => `m:${generation}`;
  return {
    shardCount: CLUSTER_SHARDS,
    shardOf,
    shardHolding: (redisKey) => shards.get(redisKey.slice(prefix.length + 2, redisKey.indexOf("}")))!,
    place: (shard, generations) => ({
      keys: [book(shard)],
      args: [generations.length, ...generations.map(marker), slots[shard]!],
    }),
    dropMarker: (generation, shard) => ["hdel", book(shard), marker(generation)],
    touch: (shard) => ["hset", book(shard), "settled", "1"],
    hash: (generation, kind, key) => `${tagged(shardOf(key))}:${entity(key)}:${kindSuffix(generation, kind)}`,
    index: (generation, key) => `${tagged(shardOf(key))}:${entity(key)}:i:${generation}`,
    hashPattern: `${prefix}:{*`,
    classify,
  };
}
