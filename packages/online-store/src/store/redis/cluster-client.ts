import type { ConnectionOptions } from "node:tls";

import { Cluster, Redis } from "ioredis";

import { within } from "../deadline.ts";
import type { ServerUrl } from "../server-url.ts";
import { CONNECT_TIMEOUT_MS, delayOf, shared, single } from "./client-settings.ts";
import { reasonOf } from "./errors.ts";

const LOOK_AT_SLOTS_MS = 1_000;
const DEFAULT_PORT = 6_379;

/** Whether a url names a cluster. */
export function isClusterUrl(href: string): boolean {
  return /^rediss?-cluster:/.test(href);
}

/** A cluster's client that has not connected yet. */
export function openCluster(url: URL): Cluster {
  const isTls = url.protocol === "rediss-cluster:";
  const client = new Cluster(seedsOf(url), {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: delayOf,
    // A certificate is for the names in the url, not for the addresses behind them.
    ...(isTls ? { dnsLookup: (name, callback) => callback(null, name) } : {}),
    redisOptions: { ...shared, ...accessOf(url) },
  });
  client.on("+node", catchAsking);
  lookAtSlots(client);
  return client;
}

/** The driver would do so itself, and for ever where its end comes while it looks. */
function lookAtSlots(client: Cluster): void {
  const timer = setInterval(() => {
    if (client.status === "ready") client.refreshSlotsCache();
  }, LOOK_AT_SLOTS_MS);
  timer.unref();
  client.once("end", () => clearInterval(timer));
}

/** Where a slot is moving to, the driver sends ASKING and drops its promise: a lost connection would end the process. */
function catchAsking(node: Redis): void {
  const asking = node.asking.bind(node);
  node.asking = async () => asking().catch(() => "OK");
}

/** Why the first node of a cluster's url refuses a connection, which the driver of clusters does not tell; null where it does not. */
export async function seedProblem({ href }: ServerUrl): Promise<string | null> {
  if (!isClusterUrl(href)) return null;
  const url = new URL(href);
  const client = new Redis({ ...single, ...seedsOf(url)[0], ...accessOf(url), retryStrategy: null });
  let problem: string | null = null;
  client.on("error", (error) => (problem ??= reasonOf(error)));
  await within(client.connect(), { timeoutMs: CONNECT_TIMEOUT_MS }).catch(() => undefined);
  client.disconnect();
  return problem;
}

function accessOf(url: URL): Access {
  return {
    ...(url.protocol === "rediss-cluster:" ? { tls: {} } : {}),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

/** What every connection to a cluster needs. */
interface Access {
  readonly tls?: ConnectionOptions;
  readonly username: string;
  readonly password: string;
}

/** The nodes that are asked for all others: the url's own, and each `node` of its query. */
function seedsOf(url: URL): { host: string; port: number }[] {
  return [url.host, ...url.searchParams.getAll("node")].map((address) => {
    const { hostname, port } = new URL(`redis://${address}`);
    return { host: hostname, port: Number(port) || DEFAULT_PORT };
  });
}
