import { Redis } from "ioredis";
import { startRedisServer, type RedisServer } from "./redis.ts";
import { freePort } from "./service.ts";

const NODE_TIMEOUT_MS = 1_000;

/** A server of a cluster. */
export interface ClusterNode extends RedisServer {
  readonly port: number;
}

/** Settings of every node, as `redis.conf` has them; those of TLS are in `redis-tls.ts`. */
export type ClusterSettings = Readonly<Record<string, string>>;

/** A client of one node, whoever its certificate is for. */
export function clientOf({ url }: ClusterNode): Redis {
  return new Redis(url, url.startsWith("rediss") ? { tls: { rejectUnauthorized: false } } : {});
}

/** Starts a node that knows of no other yet; what it keeps is in a folder. */
export async function startNode(
  directory: string,
  settings: ClusterSettings,
  attempts = 3,
): Promise<ClusterNode> {
  // The bus listens 10,000 above the port, which must be one too, and may be taken.
  let port = await freePort();
  while (port > 55_535) port = await freePort();
  const isTls = settings["tls-cluster"] === "yes";
  const user = settings.requirepass === undefined ? "" : `:${settings.requirepass}@`;
  try {
    const server = await startRedisServer(port, {
      ...nodeSettings(port, isTls),
      dir: directory,
      ...settings,
    });
    return { ...server, url: `${isTls ? "rediss" : "redis"}://${user}127.0.0.1:${port}`, port };
  } catch (error) {
    if (attempts === 1) throw error;
    return startNode(directory, settings, attempts - 1);
  }
}

function nodeSettings(port: number, isTls: boolean): ClusterSettings {
  return {
    "cluster-enabled": "yes",
    "cluster-config-file": `nodes-${port}.conf`,
    "cluster-node-timeout": String(NODE_TIMEOUT_MS),
    "cluster-announce-ip": "127.0.0.1",
    "cluster-require-full-coverage": "no",
    "repl-diskless-sync-delay": "0",
    ...(isTls ? { port: "0", "tls-port": String(port) } : {}),
  };
}
