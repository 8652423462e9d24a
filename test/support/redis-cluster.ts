import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Redis } from "ioredis";
import { clientOf, startNode, type ClusterNode, type ClusterSettings } from "./redis-node.ts";

const LONGEST_MS = 20_000;

/** A Redis Cluster of this machine; disposing of it stops all that is left of it. */
export interface RedisCluster extends AsyncDisposable {
  /** Names every node. */
  readonly url: string;
  /** First the primaries, then a replica of each in their order, then the next. */
  readonly nodes: readonly ClusterNode[];
  /** Starts a primary without slots, which is not among the `nodes`. */
  add(): Promise<ClusterNode>;
}

/** Starts a cluster of so many primaries, each with so many replicas, and waits until all of it is well. */
export async function startRedisCluster(
  primaries: number,
  replicas: number,
  settings: ClusterSettings = {},
): Promise<RedisCluster> {
  await using stack = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "redis-cluster-"));
  stack.defer(() => rmSync(directory, { recursive: true, force: true }));
  const nodes: ClusterNode[] = [];
  while (nodes.length < primaries * (replicas + 1)) {
    const node = await startNode(directory, settings);
    stack.defer(() => node.stop("SIGKILL"));
    nodes.push(node);
  }
  await joinNodes(nodes, primaries);
  const kept = stack.move();
  return {
    url: urlOf(nodes),
    nodes,
    add: async () => {
      const node = await startNode(directory, settings);
      kept.defer(() => node.stop("SIGKILL"));
      await introduce(node, nodes);
      return node;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Lets a node join those that are there. */
async function introduce(node: ClusterNode, nodes: readonly ClusterNode[]): Promise<void> {
  const clients = [node, ...nodes].map(clientOf);
  try {
    await clients[0]!.cluster("MEET", "127.0.0.1", nodes[0]!.port);
    await until(
      clients,
      async (client) => (await infoOf(client, "cluster_known_nodes")) === String(clients.length),
    );
    await until(clients, async (client) => (await infoOf(client, "cluster_state")) === "ok");
  } finally {
    for (const client of clients) client.disconnect();
  }
}

const SLOTS = 16_384;

/** The first nodes become primaries with equal parts of the slots; the rest their replicas, in turn. */
async function joinNodes(nodes: readonly ClusterNode[], primaries: number): Promise<void> {
  const clients = nodes.map(clientOf);
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
  const { protocol, password } = new URL(nodes[0]!.url);
  const user = password === "" ? "" : `:${password}@`;
  return `${protocol.replace(":", "-cluster:")}//${user}${first}/${others.map((other, index) => `${index === 0 ? "?" : "&"}node=${other}`).join("")}`;
}
