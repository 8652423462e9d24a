import { startRedisCluster, type RedisCluster } from "@tesela/test/support";
import { Redis } from "ioredis";
import { afterAll, beforeAll } from "vitest";

import { openRedisStore } from "./redis/redis-store.ts";
import { proxyTo, type Proxy } from "./suite/network.ts";
import { onlineStoreSuite } from "./suite.ts";

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster(3, 1);
});
afterAll(() => cluster[Symbol.asyncDispose]());

onlineStoreSuite("a Redis Cluster", {
  url: () => cluster.url.split("?")[0]!,
  open: (url) => openRedisStore({ url }),
  proxy: proxyOfOne,
});

/** A cluster of one server, which tells its clients to come through the proxy. */
async function proxyOfOne(): Promise<Proxy> {
  await using stack = new AsyncDisposableStack();
  const one = stack.use(await startRedisCluster(1, 0));
  const proxy = stack.use(await proxyTo(one.url));
  const client = new Redis(one.nodes[0]!.url);
  await client.config("SET", "cluster-announce-port", new URL(proxy.url).port);
  await client.quit();
  const kept = stack.move();
  return { ...proxy, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
