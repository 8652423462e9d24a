import { routes } from "@tesela/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client } from "./testing/client.ts";
import { startTestServer, type TestServer } from "./testing/server.ts";

let server: TestServer;
let admin: Client;
let reader: Client;
beforeAll(async () => {
  server = await startTestServer({ bodyBytes: 10_000 });
  ({ admin, reader } = server);
  await server.registry.workspaces.ensure("prod");
  await server.registry.workspaces.ensure("dev");
});
afterAll(() => server.stop());

test("only health answers without a key; an unknown path does not even say that it is one", async () => {
  expect((await admin.call("health", {}, { key: null })).body).toEqual({ status: "ok", version: "1.2.3" });
  expect((await admin.call("readiness", {}, { key: null })).body).toEqual({ status: "ready" });
  for (const path of ["/metrics", "/openapi.json", "/v1/clock", "/v1/workspaces/prod/plan", "/nothing"]) {
    const { body, headers } = await admin.send("get", path, { key: null });
    expect(body).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
    expect(headers.get("www-authenticate")).toBe("Bearer");
  }
  expect((await admin.send("get", "/nothing")).body).toMatchObject({ status: 404, code: "NOT_FOUND" });
});

test("an unknown, a malformed and a revoked key are refused alike", async () => {
  const { id, secret } = await server.registry.apiKeys.create({ name: "gone", role: "admin" });
  expect((await admin.call("getClock", {}, { key: secret })).status).toBe(200);
  await server.registry.apiKeys.revoke(id);
  for (const key of [secret, "tsk_a_b", "'; drop table"]) {
    expect((await admin.call("getClock", {}, { key })).status).toBe(401);
  }
});

test("a key is taken behind Tecton-key too", async () => {
  const headers = { authorization: `Tecton-key ${server.readerKey}` };
  expect((await admin.call("getClock", {}, { key: null, headers })).status).toBe(200);
});

test("too many refused keys from one address have to wait", async () => {
  const strict = await server.startSecond({ authenticationFailuresPerMinute: 2 });
  const statuses: number[] = [];
  for (let index = 0; index < 3; index++)
    statuses.push((await strict.client.call("getClock", {}, { key: null })).status);
  expect(statuses).toEqual([401, 401, 429]);
  await strict.close();
});

test("a reader may not plan, apply, trigger or set the clock", async () => {
  const at = { workspace: "prod", name: "delays" };
  for (const name of ["plan", "apply", "triggerJob"] as const) {
    expect((await reader.call(name, at, { body: {} })).body).toMatchObject({
      status: 403,
      code: "FORBIDDEN",
    });
  }
  expect((await reader.call("setClock", {}, { body: { mode: "live" } })).status).toBe(403);
  expect((await reader.call("listFeatureViews", at)).status).toBe(200);
});

test("a key of one workspace opens no other, sees no other, and sets no clock", async () => {
  const bound = await server.clientOf({ name: "bound", role: "admin", workspace: "dev" });
  expect((await bound.call("listEntities", { workspace: "dev" })).status).toBe(200);
  expect((await bound.call("listEntities", { workspace: "prod" })).status).toBe(403);
  expect((await bound.call("listEntities", { workspace: "unknown" })).status).toBe(403);
  expect((await bound.call("listWorkspaces", {})).body).toEqual({
    workspaces: [{ name: "dev", revision: 0 }],
  });
  expect((await bound.call("setClock", {}, { body: { mode: "live" } })).status).toBe(403);
});

test("an unknown workspace, view and path parameter are not found", async () => {
  expect((await admin.call("listEntities", { workspace: "nope" })).status).toBe(404);
  expect((await admin.call("getFeatureView", { workspace: "prod", name: "nope" })).status).toBe(404);
  expect((await admin.send("get", "/v1/workspaces/%E0%A4%A/entities")).status).toBe(400);
});

test("the clock is frozen at an instant and released", async () => {
  const frozen = await admin.call(
    "setClock",
    {},
    { body: { mode: "frozen", at: "2001-02-03T04:05:06.000007Z" } },
  );
  expect(frozen.body).toEqual({ clock: { mode: "frozen", now: "2001-02-03T04:05:06.000007Z" } });
  expect((await reader.call("getClock", {})).body).toEqual(frozen.body);
  expect((await admin.call("setClock", {}, { body: { mode: "live" } })).body).toMatchObject({
    clock: { mode: "live" },
  });
});

test.each<[string, unknown, string]>([
  ["an unknown key", { mode: "live", extra: 1 }, "extra"],
  ["a bad instant", { mode: "frozen", at: "soon" }, "at"],
  ["an unknown choice", { mode: "fast" }, "mode"],
  ["no object", [], "request body"],
])("%s in a body is refused with its path", async (_, body, path) => {
  expect((await admin.call("setClock", {}, { body })).body).toMatchObject({
    status: 400,
    code: "VALIDATION",
    problems: [{ path }],
  });
});

test.each<[string, string, Record<string, string>, number, string]>([
  ["no JSON", "{", { "content-type": "application/json" }, 400, "VALIDATION"],
  ["another type", "a=1", { "content-type": "text/plain" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
  ["too large", JSON.stringify("a".repeat(10_001)), { "content-type": "application/json" }, 413, "TOO_LARGE"],
  ["not storable", '{"mode":"\\u0000"}', { "content-type": "application/json" }, 400, "VALIDATION"],
  ["too deep", "[".repeat(40) + "]".repeat(40), { "content-type": "application/json" }, 400, "VALIDATION"],
  [
    "unknown encoding",
    "{}",
    { "content-type": "application/json", "content-encoding": "zz" },
    415,
    "UNSUPPORTED_MEDIA_TYPE",
  ],
])("a body that is %s is refused", async (_, body, headers, status, code) => {
  const bytes = new TextEncoder().encode(body);
  const answer = await admin.call("setClock", {}, { body: bytes, headers });
  expect(answer.body).toMatchObject({ status, code });
});

test("a sane request id is echoed, another is replaced", async () => {
  const echoed = await admin.call("health", {}, { headers: { "x-request-id": "abc-123" } });
  expect(echoed.headers.get("x-request-id")).toBe("abc-123");
  const replaced = await admin.call("health", {}, { headers: { "x-request-id": "<script> x" } });
  expect(replaced.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("the OpenAPI document lists every route that the server answers", async () => {
  const { body } = await reader.call("openApi", {});
  const { openapi, paths } = body as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  expect(openapi).toBe("3.1.0");
  const ids = Object.values(paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(ids.toSorted()).toEqual(Object.keys(routes).toSorted());
});

test("metrics tell how long routes take, by name, and which jobs are active", async () => {
  await reader.call("getClock", {});
  const { body, headers } = await reader.call("metrics", {});
  expect(headers.get("content-type")).toContain("text/plain");
  expect(body).toContain(
    'tesela_http_request_duration_seconds_count{route="getClock",method="GET",status="200"}',
  );
  expect(body).toContain('tesela_jobs_active{state="PENDING"} 0');
  expect(body).toContain("tesela_workers_alive 0");
});

test("no log line holds a secret", async () => {
  await admin.call("getClock", {});
  expect(server.log()).toContain("/v1/clock");
  for (const secret of [server.adminKey, server.readerKey]) expect(server.log()).not.toContain(secret);
});

test("while the queue does not answer the server is not ready, but healthy", async () => {
  const second = await server.startSecond(
    {},
    { queue: { ping: () => Promise.reject(new Error("connect to secret")) } },
  );
  const { body } = await second.client.call("readiness", {});
  expect(body).toMatchObject({ status: 503, code: "UNAVAILABLE", detail: "Not ready: queue." });
  expect(JSON.stringify(body)).not.toContain("secret");
  expect((await second.client.call("health", {})).status).toBe(200);
  await second.close();
});
