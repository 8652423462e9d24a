import type { Redis } from "ioredis";

import type { Deadline } from "../deadline.ts";
import { pipeline, type RedisConnection } from "./connection.ts";
import type { RedisKeys } from "./keys.ts";

const SCAN_COUNT = 1_000;

/** Removes the marker, then in bounded batches every value of the generation; one pass over all keys of the server. */
export async function dropGeneration(
  connection: RedisConnection,
  keys: RedisKeys,
  generation: number,
  deadline: Deadline,
): Promise<void> {
  await connection.run(deadline, (client) => client.del(keys.marker(generation)));
  let cursor = "0";
  do {
    const at = cursor;
    cursor = await connection.run(deadline, (client) => dropBatch(client, keys, generation, at));
  } while (cursor !== "0");
}

async function dropBatch(
  client: Redis,
  keys: RedisKeys,
  generation: number,
  cursor: string,
): Promise<string> {
  const [next, found] = await client.scan(cursor, "MATCH", keys.hashPattern, "COUNT", SCAN_COUNT);
  const removals = found.flatMap((key) => removalOf(key, keys, generation));
  if (removals.length > 0) await pipeline(client, removals);
  return next;
}

function removalOf(key: string, keys: RedisKeys, generation: number): readonly (readonly string[])[] {
  const what = keys.classify(key, generation);
  if (what === "attributes") return [["hdel", key, String(generation)]];
  return what === "tiles" ? [["unlink", key]] : [];
}
