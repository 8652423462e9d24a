import { crc32 } from "node:zlib";

import { TeselaError } from "@tesela/core";

import type { ChunkAddress, EntityKey, StoredKind } from "../port.ts";
import { evenTags } from "./cluster-slots.ts";

/** How a key found by a scan relates to a generation. */
export type KeyOfGeneration = "attributes" | "tiles" | "index" | "other";

/** How many parts of a cluster can be lost, moved and told apart by themselves. Part of the layout: it never changes. */
const CLUSTER_SHARDS = 128;

/**
 * Every Redis key and hash field of the online store is spelled here and nowhere else. Keys are in shards: what is of
 * one shard is in one cluster slot, so it is lost or kept together, and one script can read all of it.
 */
export interface RedisKeys {
  readonly shardCount: number;
  /** The shard of an entity, from 0 on. */
  shardOf(key: EntityKey): number;
  /** The string that is gone when the shard has been emptied. */
  life(shard: number): string;
  /** A string of the shard whose writing is waited for. */
  settled(shard: number): string;
  /** The string that holds a generation's marker in a shard. */
  marker(generation: number, shard: number): string;
  /** The hash of an entity, in its shard: one for its attributes, one per generation for its tiles. */
  hash(generation: number, kind: StoredKind, key: EntityKey): string;
  /** The sorted set of an entity's index of a generation, in its shard. */
  index(generation: number, key: EntityKey): string;
  /** A glob that matches every hash, and every index, of every entity. */
  readonly hashPattern: string;
  /** Whether a key found by `hashPattern` may hold the generation's attributes, its tiles, an index of it, or nothing. */
  classify(redisKey: string, generation: number): KeyOfGeneration;
}

/** The keys on a single server, which is one shard, beginning with `prefix` (letters, digits, `.-_`; else `MISCONFIGURED`). */
export function redisKeys(prefix: string): RedisKeys {
  checkPrefix(prefix);
  return {
    shardCount: 1,
    shardOf: () => 0,
    life: () => `${prefix}:life`,
    settled: () => `${prefix}:settled`,
    marker: (generation) => `${prefix}:m:${generation}`,
    hash: (generation, kind, key) => `${prefix}:{${entity(key)}}:${kindSuffix(generation, kind)}`,
    index: (generation, key) => `${prefix}:{${entity(key)}}:i:${generation}`,
    hashPattern: `${prefix}:{*`,
    classify,
  };
}

/** The same on a cluster: shards whose slots lie evenly over all nodes. */
export function clusterKeys(prefix: string): RedisKeys {
  checkPrefix(prefix);
  const tags = evenTags(CLUSTER_SHARDS);
  const shardOf = ({ scope, bytes }: EntityKey): number => crc32(bytes, crc32(scope)) % CLUSTER_SHARDS;
  return {
    shardCount: CLUSTER_SHARDS,
    shardOf,
    life: (shard) => `${prefix}:{${tags[shard]!}}:life`,
    settled: (shard) => `${prefix}:{${tags[shard]!}}:settled`,
    marker: (generation, shard) => `${prefix}:{${tags[shard]!}}:m:${generation}`,
    hash: (generation, kind, key) =>
      `${prefix}:{${tags[shardOf(key)]!}}:${entity(key)}:${kindSuffix(generation, kind)}`,
    index: (generation, key) => `${prefix}:{${tags[shardOf(key)]!}}:${entity(key)}:i:${generation}`,
    hashPattern: `${prefix}:{*`,
    classify,
  };
}

function checkPrefix(prefix: string): void {
  if (/^[\w.-]+$/.test(prefix)) return;
  throw new TeselaError("MISCONFIGURED", `The Redis key prefix ${JSON.stringify(prefix)} is not allowed.`, {
    fix: "Use letters, digits, dots, dashes and underscores.",
  });
}

function kindSuffix(generation: number, kind: StoredKind): string {
  return kind === "attributes" ? "a" : `t:${generation}`;
}

function classify(redisKey: string, generation: number): KeyOfGeneration {
  if (redisKey.endsWith(":a")) return "attributes";
  if (redisKey.endsWith(`:i:${generation}`)) return "index";
  return redisKey.endsWith(`:t:${generation}`) ? "tiles" : "other";
}

/** The field of a value within its entity's hash. */
export function hashField(generation: number, kind: StoredKind, { level, chunk }: ChunkAddress): string {
  if (kind === "tiles") return `${level}:${chunk}`;
  return level === 0 ? String(generation) : `${generation}:${level}`;
}

/** The chunk of a value from its field. */
export function chunkOfField(field: string): ChunkAddress {
  const [level, chunk] = field.split(":").map(Number);
  return { level: level!, chunk: chunk! };
}

function entity({ scope, bytes }: EntityKey): string {
  // A copy costs less than asking a small array for its buffer.
  return `${scope}:${Buffer.from(bytes).toString("base64url")}`;
}
