import type { Redis } from "ioredis";

import type { Deadline } from "../deadline.ts";
import { BESIDE_LEVEL } from "../port.ts";
import { primariesOf, sendAll, type RedisClient } from "./client.ts";
import type { RedisConnection } from "./connection.ts";
import { hashField, type KeyOfGeneration } from "./keys.ts";
import type { Layout } from "./layout.ts";
import type { Command } from "./script.ts";

const SCAN_COUNT = 1_000;

/** Removes the markers, then in bounded batches every value of the generation; one pass over all keys of every server. */
export async function dropGeneration(
  connection: RedisConnection,
  layout: Layout,
  generation: number,
  deadline: Deadline,
): Promise<void> {
  const { keys, scripts } = layout;
  const markers = Array.from({ length: keys.shardCount }, (_, shard) => keys.dropMarker(generation, shard));
  await connection.run(deadline, (client) => sendAll(client, markers));
  const servers = await connection.run(deadline, async (client) => primariesOf(client));
  for (const server of servers) {
    let cursor = "0";
    do {
      const at = cursor;
      cursor = await connection.runScript(scripts.change, deadline, (client) =>
        dropBatch(client, server, layout, generation, at),
      );
    } while (cursor !== "0");
  }
}

async function dropBatch(
  client: RedisClient,
  server: Redis,
  layout: Layout,
  generation: number,
  cursor: string,
): Promise<string> {
  const { keys, change } = layout;
  const [next, found] = await server.scan(cursor, "MATCH", keys.hashPattern, "COUNT", SCAN_COUNT);
  const removals = found.flatMap((key) => {
    const removal = removalOf(key, keys.classify(key, generation), generation);
    return removal === null ? [] : [change(keys.shardHolding(key), removal)];
  });
  if (removals.length > 0) await sendAll(client, removals);
  return next;
}

function removalOf(key: string, what: KeyOfGeneration, generation: number): Command | null {
  if (what === "attributes") return ["hdel", key, ...attributeFields(generation)];
  return what === "other" ? null : ["unlink", key];
}

function attributeFields(generation: number): readonly string[] {
  return [0, BESIDE_LEVEL].map((level) => hashField(generation, "attributes", { level, chunk: 0 }));
}
