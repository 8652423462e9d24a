import { TeselaError } from "@tesela/core";
import type { Redis } from "ioredis";

import type { Deadline } from "../deadline.ts";
import { primariesOf, sendAll } from "./client.ts";
import type { RedisConnection } from "./connection.ts";
import type { RedisKeys } from "./keys.ts";

/** Waits until every connected replica of every primary has all that was written before. */
export async function settle(
  connection: RedisConnection,
  keys: RedisKeys,
  deadline: Deadline,
): Promise<void> {
  const shards = Array.from({ length: keys.shardCount }, (_, shard) => shard);
  const replicas = await connection.run(deadline, async (client) => {
    // `WAIT` looks at the writes of its own connection: here is one, behind all others in the primary's stream.
    await sendAll(
      client,
      shards.map((shard) => keys.touch(shard)),
    );
    return Promise.all(primariesOf(client).map((server) => lackingReplicas(server, deadline.timeoutMs / 2)));
  });
  if (replicas.some((count) => count > 0)) throw unsettled();
}

async function lackingReplicas(server: Redis, timeoutMs: number): Promise<number> {
  const found = /^connected_slaves:(\d+)/m.exec(await server.info("replication"));
  const connected = Number(found?.[1] ?? 0);
  return connected === 0 ? 0 : connected - (await server.wait(connected, timeoutMs));
}

function unsettled(): TeselaError {
  return new TeselaError(
    "UNAVAILABLE",
    "A replica of the online store (Redis) has not received what was written: a fail-over now would lose it.",
    { fix: "Look at the replicas of Redis; it is tried again by itself." },
  );
}
