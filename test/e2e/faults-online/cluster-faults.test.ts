import { startRedisCluster, type RedisCluster } from "@tesela/test/support";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { USERS } from "./views.ts";
import { watch, type Clicks } from "./watch.ts";
import { openOnlineWorld, type OnlineWorld } from "./world.ts";

let cluster: RedisCluster;
let world: OnlineWorld;
const clicks: readonly Clicks[] = Array.from({ length: USERS }, () => ({ acknowledged: 0, tried: 0 }));
beforeAll(async () => {
  cluster = await startRedisCluster(3, 1);
  world = await openOnlineWorld(inject("pgUrl"), { isProxied: false, onlineRedisUrl: cluster.url });
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

test("a cluster of which a primary is killed goes on with its replica", async () => {
  await using watching = watch(world, clicks);
  await watching.pushed();
  await cluster.nodes[0]!.stop("SIGKILL");
  await watching.recovered();
  await watching.pushed();
  const { errors, wrong } = watching.seen;
  expect(wrong).toEqual([]);
  for (const status of Object.keys(errors)) expect(["503", "504"]).toContain(status);
});

test("a part of a cluster that has lost its data is never zero, and comes back by itself", async () => {
  await using watching = watch(world, clicks);
  await watching.recovered();
  const client = new Redis(cluster.nodes[1]!.url);
  await client.flushall();
  await client.quit();
  await watching.recovered();
  await watching.pushed();
  const { errors, partial, wrong } = watching.seen;
  expect({ wrong, statuses: Object.keys(errors) }).toEqual({ wrong: [], statuses: ["503"] });
  expect(partial).toBeGreaterThan(0);
});
