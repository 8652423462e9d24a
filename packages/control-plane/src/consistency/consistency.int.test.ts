import { retrievalTaskSchema } from "@tesela/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { airport, delays, flights } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";

const at = { workspace: "compared" };
const online = { ...at, name: "delays" };
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await startChecker(server);
  const cold = { ...delays, name: "cold", online: false };
  const body = { definitions: [airport, flights, { ...delays, online: true }, cold] };
  expect(await server.admin.call("apply", at, { body })).toMatchObject({ status: 200 });
});
afterAll(() => server.stop());

async function check(parameters: { workspace: string; name: string }, body: object = {}) {
  const answer = await server.reader.call("checkConsistency", parameters, { body });
  return { ...answer, id: (answer.body as { checking?: { id: string } }).checking?.id ?? "" };
}

test("a check asks a worker to compare a sample of a view, with defaults for what is not said", async () => {
  const { status, id } = await check(online, { at: "2024-05-01T00:00:00.000001Z", seed: 3 });
  expect(status).toBe(202);
  const payload = retrievalTaskSchema.parse((await server.registry.tasks.get(id)).payload);
  expect(payload).toMatchObject({
    kind: "consistency",
    at: "1714521600000001",
    seed: 3,
    sampleSize: 1_000,
    examples: 5,
    fromSource: null,
    views: [{ name: "delays" }],
  });
});

test("a check is seen by the key that asked and by admins, and is no historical read", async () => {
  const { id } = await check(online);
  const parameters = { ...at, id };
  const seen = await server.reader.call("getConsistencyCheck", parameters);
  expect(seen).toMatchObject({ status: 200, body: { checking: { id, state: "PENDING", result: null } } });
  expect(await server.admin.call("getConsistencyCheck", parameters)).toMatchObject({ status: 200 });
  const other = await server.clientOf({ name: "other", role: "reader" });
  expect(await other.call("getConsistencyCheck", parameters)).toMatchObject({ status: 403 });
  expect(await server.reader.call("getRetrieval", parameters)).toMatchObject({ status: 404 });
  expect(await server.reader.call("getExplanation", parameters)).toMatchObject({ status: 404 });
});

test("a view that is not there, or not online, and a sample beyond the limit are refused", async () => {
  expect(await check({ ...at, name: "none" })).toMatchObject({ status: 404 });
  expect(await check({ ...at, name: "cold" })).toMatchObject({ status: 400, body: { code: "VALIDATION" } });
  expect(await check(online, { sampleSize: 10_001 })).toMatchObject({ status: 400 });
  expect(await check(online, { at: "soon" })).toMatchObject({ status: 400 });
});
