import { PARQUET_TYPE, runPayloadSchema } from "@tesela/contract";
import { parseInstant, type FeatureTableDefinition } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { airport, delays, flights } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";

const at = { workspace: "runs" };
const definitions = [airport, flights, delays];
const parameter = delays.sources[0]!.parameter;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await startChecker(server);
});
afterAll(() => server.stop());

async function upload(): Promise<string> {
  const sent = {
    body: new TextEncoder().encode("PAR1 mock PAR1"),
    headers: { "content-type": PARQUET_TYPE },
  };
  const { status, body } = await server.admin.call("uploadSpine", at, sent);
  expect(status).toBe(201);
  return (body as { spine: { id: string } }).spine.id;
}

const run = (body: object) => server.admin.call("run", at, { body });

describe("a run", () => {
  test("of definitions works before anything is applied, and applies nothing", async () => {
    const mockSources = { [parameter]: await upload() };
    const { status, body } = await run({ featureView: "delays", definitions, mockSources });
    expect({ status, body }).toMatchObject({ status: 202, body: { retrieval: { state: "PENDING" } } });
    const { id } = (body as { retrieval: { id: string } }).retrieval;
    const payload = runPayloadSchema.parse((await server.registry.tasks.get(id)).payload);
    expect(payload).toMatchObject({
      definition: { name: "delays" },
      entities: [{ name: airport.name }],
      sources: [{ name: flights.name }],
      level: "full",
      start: null,
      end: null,
      mocks: [{ parameter }],
    });
    const views = await server.admin.call("listFeatureViews", at);
    expect(views.body).toEqual({ featureViews: [] });
  });

  test("of a name alone needs the view to be applied", async () => {
    expect(await run({ featureView: "delays" })).toMatchObject({ status: 404 });
    await server.admin.call("apply", at, { body: { definitions } });
    const { body, status } = await run({ featureView: "delays", startTime: "2024-01-01" });
    expect(status).toBe(202);
    const { id } = (body as { retrieval: { id: string } }).retrieval;
    const { start } = runPayloadSchema.parse((await server.registry.tasks.get(id)).payload);
    expect(start).toBe(String(parseInstant("2024-01-01")));
  });

  test("runs SQL that nobody has applied, so a reader's key does not do", async () => {
    const { status } = await server.reader.call("run", at, { body: { featureView: "delays", definitions } });
    expect(status).toBe(403);
  });
});

describe("refused with the fix", () => {
  const table: FeatureTableDefinition = {
    kind: "featureTable",
    name: "table",
    entities: [airport.name],
    timestampField: "at",
    features: [{ kind: "attribute", name: "v", type: "int64" }],
    featureStartTime: "2024-01-01T00:00:00Z",
    online: true,
    offline: true,
  };

  test.each([
    ["a mock of no source", { mockSources: { planes: "x" } }, "mockSources.planes"],
    ["tiles of attributes", { aggregationLevel: "partial" }, "aggregationLevel"],
    ["an empty range", { startTime: "2024-01-02", endTime: "2024-01-02" }, "endTime"],
  ])("%s", async (_, extra, path) => {
    const { status, body } = await run({ featureView: "delays", definitions, ...extra });
    expect(status).toBe(400);
    expect(body).toMatchObject({ problems: [{ path, fix: expect.any(String) as string }] });
  });

  test("a feature table, which has no transformation", async () => {
    const body = { featureView: "table", definitions: [...definitions, table] };
    expect(await run(body)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining("feature table") as string },
    });
  });

  test("definitions that do not hold together", async () => {
    expect(await run({ featureView: "delays", definitions: [airport, delays] })).toMatchObject({
      status: 400,
    });
  });

  test("a mock that was not sent up", async () => {
    const body = { featureView: "delays", definitions, mockSources: { [parameter]: "nothing" } };
    expect(await run(body)).toMatchObject({ status: 404 });
  });
});
