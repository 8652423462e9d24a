import { setTimeout } from "node:timers/promises";
import { declarationsOf } from "@tesela/sdk";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { postJson } from "@tesela/test/support";
import { startTesela } from "./processes.ts";
import { changed, declared, USERS } from "./views.ts";
import { watch, type Clicks } from "./watch.ts";
import { openOnlineWorld, type OnlineWorld } from "./world.ts";

let world: OnlineWorld;
const clicks: readonly Clicks[] = Array.from({ length: USERS }, () => ({ acknowledged: 0, tried: 0 }));
beforeAll(async () => {
  world = await openOnlineWorld(inject("pgUrl"), { isProxied: true });
});
afterAll(() => world?.[Symbol.asyncDispose]());

test("a plan that changes under load is no error", async () => {
  await using watching = watch(world, clicks);
  await watching.recovered();
  await watching.pushed();
  for (const repository of [changed, declared, changed]) {
    await world.workspace.apply(declarationsOf(repository));
    await setTimeout(500);
  }
  await setTimeout(2_500);
  expect(watching.seen).toMatchObject({ wrong: [], errors: {}, partial: 0, failedPushes: {} });
});

test("a Redis that is slow is waited for as long as a request may take, and not longer", async () => {
  await using watching = watch(world, clicks);
  world.ground.redis.delay(200);
  await setTimeout(2_000);
  expect(watching.seen).toMatchObject({ wrong: [], errors: {}, partial: 0 });
  expect(watching.seen.answers).toBeGreaterThan(10);
  world.ground.redis.delay(2_500);
  await setTimeout(3_000);
  world.ground.redis.delay(0);
  const { errors, partial, wrong } = await watching.recovered();
  expect({ wrong, statuses: Object.keys(errors) }).toEqual({ wrong: [], statuses: ["504"] });
  expect(partial).toBeGreaterThan(0);
});

test("a Redis that stands still is given up in time, and asked again when it goes on", async () => {
  await using watching = watch(world, clicks);
  world.ground.server.freeze();
  await setTimeout(3_000);
  world.ground.server.thaw();
  const { errors, partial, wrong } = await watching.recovered();
  expect({ wrong, statuses: Object.keys(errors) }).toEqual({ wrong: [], statuses: ["504"] });
  expect(partial).toBeGreaterThan(0);
  await watching.pushed();
  expect(watching.seen.wrong).toEqual([]);
});

test("a Redis that is full refuses what is pushed, by name, and answers what it has", async () => {
  const client = new Redis(world.ground.server.url);
  await using watching = watch(world, clicks);
  await watching.pushed();
  await client.config("SET", "maxmemory", "1");
  await vi.waitUntil(() => watching.seen.failedPushes["UNAVAILABLE"], { timeout: 20_000 });
  await setTimeout(500);
  await client.config("SET", "maxmemory", "0");
  await client.quit();
  await watching.pushed();
  expect(watching.seen).toMatchObject({ wrong: [], errors: {}, partial: 0 });
});

test("control plane and Postgres are not needed to serve", async () => {
  await using watching = watch(world, clicks);
  await watching.recovered();
  await world.controlPlane.kill();
  await world.ground.postgres.down();
  await setTimeout(3_000);
  expect(watching.seen).toMatchObject({ wrong: [], errors: {}, partial: 0 });
  await world.ground.postgres.up();
  world.controlPlane = await world.startControlPlane();
  await watching.pushed();
  expect(watching.seen).toMatchObject({ wrong: [], errors: {}, partial: 0 });
});

test("a replica that takes over goes on where the primary was killed", async () => {
  const { server } = world.ground;
  const settings = { replicaof: `127.0.0.1 ${server.port}`, "repl-diskless-sync-delay": "0" };
  const replica = await world.ground.startServer(settings);
  const [primary, client] = [new Redis(server.url), new Redis(replica.url)];
  await vi.waitUntil(async () => (await primary.info("replication")).includes("state=online"), 10_000);
  primary.disconnect();
  await using watching = watch(world, clicks);
  await watching.pushed();
  await world.ground.server.stop("SIGKILL");
  await setTimeout(500);
  await client.replicaof("NO", "ONE");
  await client.quit();
  world.ground.redis.redirect(replica.port);
  world.ground.server = replica;
  await watching.recovered();
  await watching.pushed();
  const { errors, wrong } = watching.seen;
  expect({ wrong, statuses: Object.keys(errors) }).toEqual({ wrong: [], statuses: ["503"] });
});

test("T17 a replica that takes over and has not heard of a deletion shows nothing of the deleted key", async () => {
  const { server } = world.ground;
  const settings = { replicaof: `127.0.0.1 ${server.port}`, "repl-diskless-sync-delay": "0" };
  const replica = await world.ground.startServer(settings);
  const [primary, client] = [new Redis(server.url), new Redis(replica.url)];
  const view = world.workspace.getFeatureView(declared.named);
  await view.ingest([{ user_id: 1n, ts: new Date("2024-01-05"), name: "Ada" }]);
  expect(await nameNow()).toEqual({ status: 200, name: "Ada" });
  await vi.waitUntil(async () => (await primary.info("replication")).includes("state=online"), 10_000);

  replica.freeze();
  await primary.call("CLIENT", "KILL", "TYPE", "replica");
  primary.disconnect();
  const jobs = await view.deleteKeys([{ user_id: 1n }]);
  expect(await nameNow()).toEqual({ status: 200, name: null });
  for (const job of jobs) await view.waitForMaterializationJob(job, { timeout: "60s" });

  await world.ground.server.stop("SIGKILL");
  replica.thaw();
  await client.replicaof("NO", "ONE");
  await client.quit();
  world.ground.redis.redirect(replica.port);
  world.ground.server = replica;
  const seen = new Set<string>();
  await vi.waitUntil(
    async () => {
      const { status, name } = await nameNow();
      seen.add(`${status}: ${String(name)}`);
      return status === 200;
    },
    { timeout: 45_000, interval: 20 },
  );
  expect([...seen]).toContain("503: undefined");
  expect([...seen].at(-1)).toBe("200: null");
});

test("what a Redis that was killed has lost is never zero, and comes back by itself", async () => {
  await using watching = watch(world, clicks);
  await watching.recovered();
  await world.ground.server.stop("SIGKILL");
  const empty = await world.ground.startServer();
  world.ground.redis.redirect(empty.port);
  world.ground.server = empty;
  await watching.recovered();
  await watching.pushed();
  const { errors, partial, wrong } = watching.seen;
  expect({ wrong, statuses: Object.keys(errors) }).toEqual({ wrong: [], statuses: ["503"] });
  expect(partial).toBeGreaterThan(0);
});

async function nameNow(): Promise<{ readonly status: number; readonly name: unknown }> {
  const { featureServer, apiKey } = world;
  const params = { workspaceName: "default", featureViewName: "named", joinKeyMap: { user_id: "1" } };
  const target = { url: featureServer.url, apiKey };
  const { status, body } = await postJson(target, "/api/v1/feature-service/get-features", { params });
  const { result } = body as { readonly result?: { readonly features: readonly unknown[] } };
  return { status, name: result?.features[0] };
}

test("a Redis that may evict keys is refused at the start, with the setting that it lacks", async () => {
  const evicting = await world.ground.startServer({ "maxmemory-policy": "allkeys-lru" });
  await using server = await startTesela(["server", "--role", "feature-server", "--port", "0"], {
    ...world.ground.environment,
    ONLINE_REDIS_URL: evicting.url,
  });
  expect(await server.ended).toBe(1);
  expect(server.output).toContain("maxmemory-policy allkeys-lru, expected noeviction");
});
