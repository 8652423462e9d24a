import { Cluster, Redis } from "ioredis";

import type { ServerUrl } from "../server-url.ts";
import { single } from "./client-settings.ts";
import { isClusterUrl, openCluster } from "./cluster-client.ts";

/** What sends commands: a single server's client, or a cluster's, which follows its slots to where they are. */
export type RedisClient = Redis | Cluster;

/** The protocols of a single server, and of a cluster. */
export const REDIS_PROTOCOLS = ["redis:", "rediss:", "redis-cluster:", "rediss-cluster:"] as const;

/** A client that has not connected yet. */
export function openClient(server: ServerUrl): RedisClient {
  return isClusterUrl(server.href) ? openCluster(new URL(server.href)) : openSingle(server.href);
}

/** The servers that hold the data: of a cluster all of its primaries. */
export function primariesOf(client: RedisClient): readonly Redis[] {
  return client instanceof Cluster ? client.nodes("master") : [client];
}

/** The replies to commands sent together, in their order, or the first error. */
export async function sendAll(
  client: RedisClient,
  commands: readonly (readonly (string | number | Buffer)[])[],
): Promise<readonly unknown[]> {
  // A pipeline goes to one server; a cluster's client finds the server of each command, also while slots move.
  if (client instanceof Cluster) {
    return Promise.all(commands.map(([name, ...rest]) => client.call(String(name), rest)));
  }
  const replies = await client.pipeline(commands.map((command) => [...command])).exec();
  return (replies ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
}

/** A single server's client that has not connected yet; of itself it looks after its connection alone. */
export function openChannelClient(href: string): Redis {
  return new Redis(href, { ...single, socketTimeout: undefined });
}

function openSingle(href: string): Redis {
  return new Redis(href, single);
}
