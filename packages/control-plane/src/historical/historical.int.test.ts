import { PARQUET_TYPE, retrievalPayloadSchema, TABLE_TYPES } from "@tesela/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "../testing/client.ts";
import { airport, delays, flights } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { RESULT_BYTES, startChecker, startRetriever } from "../testing/worker.ts";
import { SPINE_FOLDER, spineIdAt } from "./spine-id.ts";

const at = { workspace: "history" };
const LIMIT = 100_000;
const SPINE = new TextEncoder().encode("PAR1 spine PAR1");
const headers = { "content-type": PARQUET_TYPE };
const onlineOnly = { ...delays, name: "online_only", offline: false };
let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startTestServer({ uploadBytes: LIMIT });
  client = server.reader;
  await startChecker(server);
  const { status } = await server.admin.call("apply", at, {
    body: { definitions: [airport, flights, delays, onlineOnly] },
  });
  expect(status).toBe(200);
});
afterAll(() => server.stop());

async function upload(by = client, content = SPINE, type = PARQUET_TYPE): Promise<string> {
  const sent = { body: content, headers: { "content-type": type } };
  const { status, body } = await by.call("uploadSpine", at, sent);
  expect(status).toBe(201);
  return (body as { spine: { id: string } }).spine.id;
}

async function ask(body: object, by = client) {
  const answer = await by.call("retrieveHistorical", at, { body });
  const { retrieval } = answer.body as { retrieval?: { id: string; state: string } };
  return { ...answer, id: retrieval?.id ?? "", state: retrieval?.state };
}

async function payloadOf(body: object) {
  const { id, status, body: answer } = await ask(body);
  expect(answer).toMatchObject({ retrieval: {} });
  expect(status).toBe(202);
  return retrievalPayloadSchema.parse((await server.registry.tasks.get(id)).payload);
}

async function storedFiles(): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of server.offlineStore.list(SPINE_FOLDER)) paths.push(path);
  return paths;
}

function isSpine(path: string): boolean {
  return spineIdAt(path) !== null;
}

test.each(["csv", "ndjson"] as const)(
  "a spine of %s is taken as it comes, and keeps its ending",
  async (format) => {
    const text = new TextEncoder().encode("anything");
    const spineId = await upload(client, text, TABLE_TYPES[format]);
    expect(await payloadOf({ spineId, featureViews: ["delays"] })).toMatchObject({
      kind: "spine",
      spinePath: `retrieval/${spineId}/spine.${format}`,
    });
    expect(await storedFiles()).toContain(`retrieval/${spineId}/spine.${format}`);
  },
);

test("a spine of Parquet is taken as it comes, and nothing else under that name", async () => {
  expect(await upload()).toMatch(/^s[0-9a-z]+_w\d+_/);
  expect((await client.call("uploadSpine", at, { body: SPINE })).body).toMatchObject({
    status: 415,
    code: "UNSUPPORTED_MEDIA_TYPE",
  });
  const text = new TextEncoder().encode("origin,date\nATL,2001-01-01");
  expect((await client.call("uploadSpine", at, { body: text, headers })).body).toMatchObject({ status: 400 });
});

test("a spine over the limit is refused by its length, and while it arrives; nothing of it is left", async () => {
  const before = await storedFiles();
  const big = new Uint8Array(LIMIT + 1);
  expect((await client.call("uploadSpine", at, { body: big, headers })).body).toMatchObject({
    code: "TOO_LARGE",
  });
  const stream = new Blob([big]).stream();
  expect((await client.call("uploadSpine", at, { body: stream, headers })).body).toMatchObject({
    code: "TOO_LARGE",
  });
  expect(await storedFiles()).toEqual(before);
});

test("an upload that stops half-way leaves nothing", async () => {
  const before = await storedFiles();
  const gone = new AbortController();
  const stream = new ReadableStream({ start: (controller) => controller.enqueue(SPINE) });
  const uploading = client.call("uploadSpine", at, { body: stream, headers, signal: gone.signal });
  gone.abort();
  await expect(uploading).rejects.toThrow("abort");
  expect(await storedFiles()).toEqual(before);
});

test.each<[string, object, object]>([
  ["an unknown spine", { spineId: "nothing", featureViews: ["delays"] }, { status: 404 }],
  [
    "an unknown view",
    { featureViews: ["delay"] },
    { status: 404, fix: "The workspace has: delays, online_only." },
  ],
  ["no view", { featureViews: [] }, { status: 400, problems: [{ path: "featureViews" }] }],
  [
    "a view twice",
    { featureViews: ["delays", "delays"] },
    {
      status: 400,
      problems: [{ path: "featureViews[1]", message: expect.stringContaining("collide") as string }],
    },
  ],
  ["a view without an offline store", { featureViews: ["online_only"], fromSource: false }, { status: 400 }],
  [
    "an unknown option",
    { featureViews: ["delays"], from_source: true },
    { status: 400, problems: [{ path: "from_source" }] },
  ],
])("%s is refused", async (_, body, expected) => {
  const spineId = await upload();
  expect((await ask({ spineId, ...body })).body).toMatchObject(expected);
});

test("a spine belongs to the key that uploaded it, and to its workspace", async () => {
  const spineId = await upload();
  const stranger = await server.clientOf({ name: "stranger", role: "reader" });
  expect((await ask({ spineId, featureViews: ["delays"] }, stranger)).status).toBe(404);
  await server.admin.call(
    "apply",
    { workspace: "elsewhere" },
    { body: { definitions: [airport, flights, delays] } },
  );
  const elsewhere = await client.call(
    "retrieveHistorical",
    { workspace: "elsewhere" },
    { body: { spineId, featureViews: ["delays"] } },
  );
  expect(elsewhere.status).toBe(404);
});

test("a read waits for a worker, then gives its result to its key and to admins alone", async () => {
  const { id, status, state } = await ask({ spineId: await upload(), featureViews: ["delays"] });
  expect([status, state]).toEqual([202, "PENDING"]);
  const path = { ...at, id };
  expect((await client.call("getRetrievalResult", path)).body).toMatchObject({
    status: 409,
    code: "CONFLICT",
  });
  const waiting = client.call("getRetrieval", path, { query: { waitSeconds: "25" } });
  await startRetriever(server);
  expect((await waiting).body).toMatchObject({
    retrieval: { state: "SUCCESS", error: null, result: { rowCount: 1, bytes: RESULT_BYTES.length } },
  });
  for (const reader of [client, server.admin]) {
    const result = await reader.call("getRetrievalResult", path);
    expect(result.headers.get("content-type")).toBe(PARQUET_TYPE);
    expect(result.headers.get("content-length")).toBe(String(RESULT_BYTES.length));
    expect(result.body).toBe(new TextDecoder().decode(RESULT_BYTES));
  }
  const stranger = await server.clientOf({ name: "other", role: "reader" });
  for (const name of ["getRetrieval", "getRetrievalResult"] as const) {
    expect((await stranger.call(name, path)).body).toMatchObject({ status: 403, code: "FORBIDDEN" });
  }
});

test("a read that failed tells why", async () => {
  const { id } = await ask({ spineId: await upload(), featureViews: ["delays"], timestampKey: "broken" });
  const answer = await client.call("getRetrieval", { ...at, id }, { query: { waitSeconds: "25" } });
  expect(answer.body).toMatchObject({
    retrieval: {
      state: "FAILURE",
      result: null,
      error: { code: "NOT_MATERIALIZED", fix: "Materialize it." },
    },
  });
  expect((await client.call("getRetrievalResult", { ...at, id })).body).toMatchObject({ status: 409 });
});

test("an unknown read, or one of another workspace, is not found", async () => {
  const { id } = await ask({ spineId: await upload(), featureViews: ["delays"] });
  await server.registry.workspaces.ensure("empty");
  expect((await client.call("getRetrieval", { workspace: "empty", id })).status).toBe(404);
  expect((await client.call("getRetrieval", { ...at, id: "nothing" })).status).toBe(404);
});

test("a spine whose time is over answers 410, and is removed", async () => {
  const spineId = await upload();
  const short = await server.startSecond({ spineTtlMs: 1, retrievalTtlMs: 1, cleanUpIntervalMs: 20 });
  const { body } = await ask({ spineId, featureViews: ["delays"] }, new Client(short.url, server.readerKey));
  expect(body).toMatchObject({ status: 410, code: "EXPIRED" });
  await short.controlPlane.start();
  await expect.poll(async () => (await storedFiles()).filter(isSpine)).toEqual([]);
  await short.close();
});

test("a read whose time is over answers 410, and is removed with its result", async () => {
  const short = await server.startSecond({ retrievalTtlMs: 300, cleanUpIntervalMs: 20 });
  const brief = new Client(short.url, server.readerKey);
  const { id } = await ask({ spineId: await upload(), featureViews: ["delays"] }, brief);
  const { resultPath } = retrievalPayloadSchema.parse((await server.registry.tasks.get(id)).payload);
  const over = { status: 410, code: "EXPIRED" };
  await expect.poll(async () => (await brief.call("getRetrieval", { ...at, id })).body).toMatchObject(over);
  await short.controlPlane.start();
  const tasks = server.registry.tasks;
  await expect
    .poll(() => tasks.get(id).catch((error: unknown) => error))
    .toMatchObject({ code: "NOT_FOUND" });
  expect(await storedFiles()).not.toContain(resultPath);
  await short.close();
});
