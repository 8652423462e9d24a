import type { Redis } from "ioredis";

import type { Deadline } from "../deadline.ts";
import { BESIDE_LEVEL } from "../port.ts";
import { primariesOf, sendAll, type RedisClient } from "./client.ts";
import type { RedisConnection } from "./connection.ts";
import { hashField, type RedisKeys } from "./keys.ts";

const SCAN_COUNT = 1_000;

/** Removes the markers, then in bounded batches every value of the generation; one pass over all keys of every server. */
export async function dropGeneration(
  connection: RedisConnection,
  keys: RedisKeys,
  generation: number,
  deadline: Deadline,
): Promise<void> {
  const markers = Array.from({ length: keys.shardCount }, (_, shard) => keys.marker(generation, shard));
  await connection.run(deadline, (client) =>
    sendAll(
      client,
      markers.map((key) => ["del", key]),
    ),
  );
  const servers = await connection.run(deadline, async (client) => primariesOf(client));
  for (const server of servers) {
    let cursor = "0";
    do {
      const at = cursor;
      cursor = await connection.run(deadline, (client) => dropBatch(client, server, keys, generation, at));
    } while (cursor !== "0");
  }
}

async function dropBatch(
  client: RedisClient,
  server: Redis,
  keys: RedisKeys,
  generation: number,
  cursor: string,
): Promise<string> {
  const [next, found] = await server.scan(cursor, "MATCH", keys.hashPattern, "COUNT", SCAN_COUNT);
  const removals = found.flatMap((key) => removalOf(key, keys, generation));
  if (removals.length > 0) await sendAll(client, removals);
  return next;
}

function removalOf(key: string, keys: RedisKeys, generation: number): readonly (readonly string[])[] {
  const what = keys.classify(key, generation);
  if (what === "attributes") return [["hdel", key, ...attributeFields(generation)]];
  return what === "other" ? [] : [["unlink", key]];
}

function attributeFields(generation: number): readonly string[] {
  return [0, BESIDE_LEVEL].map((level) => hashField(generation, "attributes", { level, chunk: 0 }));
}
