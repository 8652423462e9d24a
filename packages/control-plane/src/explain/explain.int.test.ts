import { PARQUET_TYPE, retrievalTaskSchema } from "@tesela/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { airport, delays, flights } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";

const at = { workspace: "explained" };
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await startChecker(server);
  const { status } = await server.admin.call("apply", at, {
    body: { definitions: [airport, flights, delays] },
  });
  expect(status).toBe(200);
});
afterAll(() => server.stop());

async function upload(): Promise<string> {
  const sent = {
    body: new TextEncoder().encode("PAR1 spine PAR1"),
    headers: { "content-type": PARQUET_TYPE },
  };
  const { body } = await server.reader.call("uploadSpine", at, sent);
  return (body as { spine: { id: string } }).spine.id;
}

async function explain(extra: object = {}) {
  const body = { featureViews: ["delays"], spineId: await upload(), ...extra };
  const answer = await server.reader.call("explain", at, { body });
  return { ...answer, id: (answer.body as { explaining?: { id: string } }).explaining?.id ?? "" };
}

describe("an explanation", () => {
  test("asks a worker about the read that it is about, and one of its rows", async () => {
    const { status, id } = await explain({ embargo: "2h", row: 7, onMissing: "error" });
    expect(status).toBe(202);
    const payload = retrievalTaskSchema.parse((await server.registry.tasks.get(id)).payload);
    expect(payload).toMatchObject({
      kind: "explain",
      row: 7,
      onMissing: "error",
      views: [{ name: "delays", embargo: "2h" }],
    });
  });

  test("is seen by the key that asked and by admins, and is no historical read", async () => {
    const { id } = await explain();
    const parameters = { ...at, id };
    const seen = await server.reader.call("getExplanation", parameters);
    expect(seen).toMatchObject({ status: 200, body: { explaining: { id, state: "PENDING", result: null } } });
    expect(await server.admin.call("getExplanation", parameters)).toMatchObject({ status: 200 });
    const other = await server.clientOf({ name: "other", role: "reader" });
    expect(await other.call("getExplanation", parameters)).toMatchObject({ status: 403 });
    expect(await server.reader.call("getRetrieval", parameters)).toMatchObject({ status: 404 });
  });

  test("a historical read is no explanation", async () => {
    const body = { featureViews: ["delays"], spineId: await upload() };
    const read = await server.reader.call("retrieveHistorical", at, { body });
    const { id } = (read.body as { retrieval: { id: string } }).retrieval;
    expect(await server.reader.call("getExplanation", { ...at, id })).toMatchObject({ status: 404 });
  });

  test("needs a spine, and is checked like the read itself", async () => {
    const spineless = { body: { featureViews: ["delays"] } };
    expect(await server.reader.call("explain", at, spineless)).toMatchObject({
      status: 400,
      body: { problems: [{ path: "spineId" }] },
    });
    expect(await explain({ embargo: "soon" })).toMatchObject({ status: 400 });
    expect(await explain({ row: -1 })).toMatchObject({ status: 400 });
  });
});
