import { Cluster, Redis } from "ioredis";

import type { ServerUrl } from "../server-url.ts";

/** What sends commands: a single server's client, or a cluster's, which follows its slots to where they are. */
export type RedisClient = Redis | Cluster;

/** How long a client tries to connect. */
export const CONNECT_TIMEOUT_MS = 1_500;

const SILENT_SOCKET_MS = 10_000;
const MAX_RECONNECT_DELAY_MS = 1_000;
const LOOK_AT_SLOTS_MS = 1_000;
const DEFAULT_PORT = 6_379;

/** The protocols of a single server, and of a cluster. */
export const REDIS_PROTOCOLS = ["redis:", "rediss:", "redis-cluster:", "rediss-cluster:"] as const;

/** Whether a url names a cluster. */
export function isClusterUrl(href: string): boolean {
  return /^rediss?-cluster:/.test(href);
}

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

const shared = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  socketTimeout: SILENT_SOCKET_MS,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  disableClientInfo: true,
} as const;

const delayOf = (times: number): number => Math.min(50 * times, MAX_RECONNECT_DELAY_MS);

const single = {
  ...shared,
  lazyConnect: true,
  enableOfflineQueue: false,
  retryStrategy: delayOf,
  reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
} as const;

/** A single server's client that has not connected yet; of itself it looks after its connection alone. */
export function openChannelClient(href: string): Redis {
  return new Redis(href, { ...single, socketTimeout: undefined });
}

function openSingle(href: string): Redis {
  return new Redis(href, single);
}

function openCluster(url: URL): Cluster {
  const tls = url.protocol === "rediss-cluster:" ? { tls: {} } : {};
  return new Cluster(seedsOf(url), {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: delayOf,
    slotsRefreshInterval: LOOK_AT_SLOTS_MS,
    redisOptions: {
      ...shared,
      ...tls,
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    },
  });
}

/** The nodes that are asked for all others: the url's own, and each `node` of its query. */
function seedsOf(url: URL): { host: string; port: number }[] {
  return [url.host, ...url.searchParams.getAll("node")].map((address) => {
    const { hostname, port } = new URL(`redis://${address}`);
    return { host: hostname, port: Number(port) || DEFAULT_PORT };
  });
}
