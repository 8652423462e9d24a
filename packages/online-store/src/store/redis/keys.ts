import { TeselaError } from "@tesela/core";

import type { ChunkAddress, EntityKey, StoredKind } from "../port.ts";

/** How a key found by a scan relates to a generation. */
export type KeyOfGeneration = "attributes" | "tiles" | "other";

/** Every Redis key and hash field of the online store is spelled here and nowhere else. */
export interface RedisKeys {
  /** The string that holds a generation's marker. */
  marker(generation: number): string;
  /** The hash of an entity: one for its attributes, one per generation for its tiles, all in one cluster slot. */
  hash(generation: number, kind: StoredKind, key: EntityKey): string;
  /** A glob that matches every hash of every entity. */
  readonly hashPattern: string;
  /** Whether a key found by `hashPattern` may hold the generation's attributes, its tiles, or neither. */
  classify(redisKey: string, generation: number): KeyOfGeneration;
}

/** The keys that begin with `prefix` (letters, digits, dots, dashes, underscores; else `MISCONFIGURED`). */
export function redisKeys(prefix: string): RedisKeys {
  if (!/^[\w.-]+$/.test(prefix)) {
    throw new TeselaError("MISCONFIGURED", `The Redis key prefix ${JSON.stringify(prefix)} is not allowed.`, {
      fix: "Use letters, digits, dots, dashes and underscores.",
    });
  }
  return {
    marker: (generation) => `${prefix}:m:${generation}`,
    hash: (generation, kind, key) =>
      `${prefix}:{${entity(key)}}:${kind === "attributes" ? "a" : `t:${generation}`}`,
    hashPattern: `${prefix}:{*`,
    classify: (redisKey, generation) => {
      if (redisKey.endsWith("}:a")) return "attributes";
      return redisKey.endsWith(`}:t:${generation}`) ? "tiles" : "other";
    },
  };
}

/** The field of a value within its entity's hash. */
export function hashField(generation: number, kind: StoredKind, { level, chunk }: ChunkAddress): string {
  return kind === "attributes" ? String(generation) : `${level}:${chunk}`;
}

/** The chunk of a value from its field. */
export function chunkOfField(field: string): ChunkAddress {
  const [level, chunk] = field.split(":").map(Number);
  return { level: level!, chunk: chunk! };
}

function entity({ scope, bytes }: EntityKey): string {
  return `${scope}:${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url")}`;
}
