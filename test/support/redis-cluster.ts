import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { startRedisServer, type RedisServer } from "./redis.ts";
import { freePort } from "./service.ts";

const NODE_TIMEOUT_MS = 1_000;
const LONGEST_MS = 20_000;

/** A server of a cluster. */
export interface ClusterNode extends RedisServer {
  readonly port: number;
}

/** A Redis Cluster of this machine; disposing of it stops all that is left of it. */
export interface RedisCluster extends AsyncDisposable {
  /** Names every node. */
  readonly url: string;
  /** First the primaries, then a replica of each in their order, then the next. */
  readonly nodes: readonly ClusterNode[];
}

/** Starts a cluster of so many primaries, each with so many replicas, and waits until all of it is well. */
export async function startRedisCluster(primaries: number, replicas: number): Promise<RedisCluster> {
  await using stack = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "redis-cluster-"));
  stack.defer(() => rmSync(directory, { recursive: true, force: true }));
  const nodes: ClusterNode[] = [];
  for (let index = 0; index < primaries * (replicas + 1); index += 1) {
    const node = await startNode(directory);
    stack.defer(() => node.stop("SIGKILL"));
    nodes.push(node);
  }
  await joinNodes(nodes, primaries);
  const kept = stack.move();
  return {
    url: urlOf(nodes),
    nodes,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function startNode(directory: string): Promise<ClusterNode> {
  // The bus listens 10,000 above the port, which must be one too.
  let port = await freePort();
  while (port > 55_535) port = await freePort();
  const flags = {
    "cluster-enabled": "yes",
    "cluster-config-file": `nodes-${port}.conf`,
    "cluster-node-timeout": String(NODE_TIMEOUT_MS),
    "cluster-announce-ip": "127.0.0.1",
    "cluster-require-full-coverage": "no",
    "repl-diskless-sync-delay": "0",
    dir: directory,
  };
  return { ...(await startRedisServer(port, flags)), port };
}

const SLOTS = 16_384;

/** The first nodes become primaries with equal parts of the slots; the rest their replicas, in turn. */
async function joinNodes(nodes: readonly ClusterNode[], primaries: number): Promise<void> {
  const clients = nodes.map(({ url }) => new Redis(url));
  try {
    for (const [index, client] of clients.entries()) await client.cluster("SET-CONFIG-EPOCH", index + 1);
    for (const { port } of nodes.slice(1)) await clients[0]!.cluster("MEET", "127.0.0.1", port);
    await until(
      clients,
      async (client) => (await infoOf(client, "cluster_known_nodes")) === String(nodes.length),
    );
    for (const [index, client] of clients.slice(0, primaries).entries()) {
      const [first, end] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / primaries));
      await client.call("CLUSTER", "ADDSLOTSRANGE", first!, end! - 1);
    }
    const ids = await Promise.all(
      clients.slice(0, primaries).map((client) => client.call("CLUSTER", "MYID")),
    );
    for (const [index, client] of clients.slice(primaries).entries()) {
      const id = String(ids[index % primaries]);
      await until([client], () =>
        client.cluster("REPLICATE", id).then(
          () => true,
          () => false,
        ),
      );
    }
    await until(clients, async (client) => (await infoOf(client, "cluster_state")) === "ok");
    await until(clients.slice(primaries), async (client) =>
      (await client.info("replication")).includes("master_link_status:up"),
    );
  } finally {
    for (const client of clients) client.disconnect();
  }
}

async function infoOf(client: Redis, field: string): Promise<string | undefined> {
  const text = await client.cluster("INFO");
  return new RegExp(`^${field}:(.*)$`, "m").exec(text)?.[1]?.trim();
}

async function until(clients: readonly Redis[], holds: (client: Redis) => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  for (const client of clients) {
    while (!(await holds(client))) {
      if (performance.now() > deadline)
        throw new Error("the nodes of the Redis Cluster have not come together");
      await setTimeout(20);
    }
  }
}

function urlOf(nodes: readonly ClusterNode[]): string {
  const [first, ...others] = nodes.map(({ port }) => `127.0.0.1:${port}`);
  return `redis-cluster://${first}/${others.map((other, index) => `${index === 0 ? "?" : "&"}node=${other}`).join("")}`;
}
