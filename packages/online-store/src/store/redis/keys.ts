import { TeselaError } from "@tesela/core";

import type { ChunkAddress, EntityKey, StoredKind } from "../port.ts";
import type { Command, ShardPlace } from "./script.ts";

/** How a key found by a scan relates to a generation. */
export type KeyOfGeneration = "attributes" | "tiles" | "index" | "other";

/**
 * Every Redis key and hash field of the online store is spelled here, or for a cluster in `cluster-keys.ts`, and nowhere
 * else. Keys are in shards: what is of one shard is in one cluster slot, so that one script can read all of it.
 */
export interface RedisKeys {
  readonly shardCount: number;
  /** The shard of an entity, from 0 on. */
  shardOf(key: EntityKey): number;
  /** The shard of a stored key. */
  shardHolding(redisKey: string): number;
  /** Where scripts find a shard's markers of generations and, where there are some of these, its life. */
  place(shard: number, generations: readonly number[]): ShardPlace;
  /** Removes a generation's marker from a shard. */
  dropMarker(generation: number, shard: number): Command;
  /** Writes something of the shard, to be waited for. */
  touch(shard: number): Command;
  /** The hash of an entity, in its shard: one for its attributes, one per generation for its tiles. */
  hash(generation: number, kind: StoredKind, key: EntityKey): string;
  /** The sorted set of an entity's index of a generation, in its shard. */
  index(generation: number, key: EntityKey): string;
  /** A glob that matches every hash, and every index, of every entity. */
  readonly hashPattern: string;
  /** Whether a key found by `hashPattern` may hold the generation's attributes, its tiles, an index of it, or nothing. */
  classify(redisKey: string, generation: number): KeyOfGeneration;
}

/** Those of a single server, whose markers are strings of their own. */
export interface SingleKeys extends RedisKeys {
  /** The string that holds a generation's marker. */
  marker(generation: number): string;
}

/** The keys on a single server, which is one shard, beginning with `prefix` (letters, digits, `.-_`; else `MISCONFIGURED`). */
export function redisKeys(prefix: string): SingleKeys {
  checkPrefix(prefix);
  const marker = (generation: number): string => `${prefix}:m:${generation}`;
  return {
    shardCount: 1,
    shardOf: () => 0,
    shardHolding: () => 0,
    place: (_, generations) => {
      const keys = generations.length === 0 ? [] : [...generations.map(marker), `${prefix}:life`];
      return { keys, args: [keys.length] };
    },
    dropMarker: (generation) => ["del", marker(generation)],
    touch: () => ["set", `${prefix}:settled`, "1"],
    marker,
    hash: (generation, kind, key) => `${prefix}:{${entity(key)}}:${kindSuffix(generation, kind)}`,
    index: (generation, key) => `${prefix}:{${entity(key)}}:i:${generation}`,
    hashPattern: `${prefix}:{*`,
    classify,
  };
}

/** Throws `MISCONFIGURED` for what cannot begin keys. */
export function checkPrefix(prefix: string): void {
  if (/^[\w.-]+$/.test(prefix)) return;
  throw new TeselaError("MISCONFIGURED", `The Redis key prefix ${JSON.stringify(prefix)} is not allowed.`, {
    fix: "Use letters, digits, dots, dashes and underscores.",
  });
}

/** How the key of a hash ends. */
export function kindSuffix(generation: number, kind: StoredKind): string {
  return kind === "attributes" ? "a" : `t:${generation}`;
}

/** What a key holds, by how it ends. */
export function classify(redisKey: string, generation: number): KeyOfGeneration {
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

/** An entity as it is spelled in a key. */
export function entity({ scope, bytes }: EntityKey): string {
  // A copy costs less than asking a small array for its buffer.
  return `${scope}:${Buffer.from(bytes).toString("base64url")}`;
}
