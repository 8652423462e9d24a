import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryOf, resolveTable } from "@tesela/core";
import { attribute, declarationsOf, entity, featureService, featureTable } from "@tesela/sdk";
import { createDatabase, dropDatabase } from "@tesela/test/support";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { startRegistry } from "../assembly/backends.ts";
import { createLogger } from "../assembly/logger.ts";
import { readConfig } from "../config/config.ts";
import { Lifetime } from "../lifetime/lifetime.ts";
import { startServer, type RunningServer } from "./server.ts";
import type { Registry } from "@tesela/registry";
import type { Config } from "../config/config.ts";

const logger = createLogger("silent", "test");
const facts = featureTable({
  name: "facts",
  entities: [entity({ name: "user", joinKeys: { user_id: "int64" } })],
  timestampField: "at",
  features: [attribute("score", "float64")],
  featureStartTime: "2024-01-01",
  online: true,
  offline: true,
});
const service = featureService({ name: "all", views: [facts] });

const lifetime = new Lifetime();
const home = mkdtempSync(join(tmpdir(), "tesela-feature-server-"));
let databaseUrl: string;
let registry: Registry;
let config: Config;
const keys = { kept: "", revoked: "" };

beforeAll(async () => {
  databaseUrl = await createDatabase(inject("pgUrl"));
  registry = await startRegistry(lifetime, databaseUrl);
  await applyDirectly(registry);
  keys.kept = (await registry.apiKeys.create({ name: "kept", role: "reader" })).secret;
  config = readConfig({
    DATABASE_URL: databaseUrl,
    REDIS_URL: inject("redisUrl"),
    TESELA_REDIS_PREFIX: `test-${randomUUID()}`,
    TESELA_DIR: home,
    TESELA_PORT: "0",
  });
});

afterAll(async () => {
  await lifetime.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Without a worker: a feature table has no SQL to check. */
async function applyDirectly({ workspaces, definitions }: Registry): Promise<void> {
  const { id, revision } = await workspaces.ensure("default");
  const declared = declarationsOf({ facts, service });
  const repository = repositoryOf(declared);
  const changes = declared.map((definition) => ({
    action: "create" as const,
    kind: definition.kind,
    name: definition.name,
    definition,
    fingerprint: "f",
    resolved: definition.kind === "featureTable" ? resolveTable(definition, repository) : null,
  }));
  await definitions.applyChanges(id, revision, changes);
}

const start = (): Promise<RunningServer> =>
  lifetime.start(
    "feature server",
    () => startServer("feature-server", config, logger),
    (server) => server.stop(),
  );

async function read({ url }: RunningServer, key: string): Promise<number> {
  const params = { workspaceName: "default", featureServiceName: "all", joinKeyMap: { user_id: "1" } };
  const response = await fetch(`${url}/api/v1/feature-service/get-features`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ params }),
  });
  return response.status;
}

test("a revoked key is refused within seconds, and one that was made is let in", async () => {
  const server = await start();
  const { id, secret } = await registry.apiKeys.create({ name: "later", role: "reader" });
  await expect.poll(() => read(server, secret)).toBe(200);
  await registry.apiKeys.revoke(id);
  await expect.poll(() => read(server, secret)).toBe(401);
  expect(await read(server, keys.kept)).toBe(200);
});

test("metrics need a key and tell of routes, views and stores", async () => {
  const server = await start();
  await read(server, keys.kept);
  expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
  const headers = { authorization: `Bearer ${keys.kept}` };
  const text = await (await fetch(`${server.url}/metrics`, { headers })).text();
  const labels = 'route="getFeatures",name="all",status="200"';
  expect(text).toContain(`tesela_serving_request_duration_seconds_count{${labels}}`);
  expect(text).toContain('tesela_serving_view_reads_total{view="facts",end="missing"} 1');
  expect(text).toContain('tesela_serving_store_seconds_count{route="getFeatures"} 1');
});

test("without Postgres it serves on, and starts again from the plan it has kept", async () => {
  const server = await start();
  expect(statSync(join(home, "serving-plan.json")).mode & 0o777).toBe(0o600);
  await dropDatabase(inject("pgUrl"), databaseUrl);
  expect(await read(server, keys.kept)).toBe(200);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const again = await start();
  expect(await read(again, keys.kept)).toBe(200);
  expect(await read(again, "tsk_0_0")).toBe(401);
});

test("what it does not serve is an error of the form that the path's clients read", async () => {
  const server = await start();
  const headers = { authorization: `Bearer ${keys.kept}` };
  const wire = await fetch(`${server.url}/api/v1/nope`, { method: "POST", headers });
  expect(await wire.json()).toMatchObject({ error: expect.any(String) as string, code: 5 });
  const own = await fetch(`${server.url}/v1/nope`, { headers });
  expect(await own.json()).toMatchObject({ code: "NOT_FOUND", status: 404 });
});

test("a stop lets the connection that is kept alive go at once", async () => {
  const server = await startServer("feature-server", config, logger);
  expect(await read(server, keys.kept)).toBe(200);
  const startedAt = performance.now();
  await server.stop();
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
