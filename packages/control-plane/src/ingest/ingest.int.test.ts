import { PARQUET_TYPE } from "@tesela/contract";
import type { FeatureTableDefinition } from "@tesela/core";
import { spinePath } from "@tesela/offline-store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { airport, delays, flights } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";

const at = { workspace: "tables", name: "seats" };
const seats: FeatureTableDefinition = {
  kind: "featureTable",
  name: "seats",
  entities: ["airport"],
  timestampField: "at",
  features: [{ kind: "attribute", name: "seats", type: "int64" }],
  featureStartTime: "2001-01-01",
  online: true,
  offline: true,
};
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await startChecker(server);
  const { status } = await server.admin.call("apply", at, {
    body: { definitions: [airport, flights, delays, seats] },
  });
  expect(status).toBe(200);
});
afterAll(() => server.stop());

async function upload(client = server.admin): Promise<string> {
  const body = new TextEncoder().encode("PAR1 rows PAR1");
  const answer = await client.call("uploadSpine", at, { body, headers: { "content-type": PARQUET_TYPE } });
  return (answer.body as { spine: { id: string } }).spine.id;
}

const ingest = async (uploadId: string, name = at.name) =>
  server.admin.call("ingest", { ...at, name }, { body: { uploadId } });

test("an ingest is a job of its own type, whose range nobody knows yet", async () => {
  const { status, body } = await ingest(await upload());
  expect(status).toBe(201);
  expect(body).toMatchObject({
    job: { type: "ingest", state: "PENDING", featureView: "seats", startTime: null, endTime: null },
  });
});

test("ingests of one table never conflict", async () => {
  const answers = await Promise.all([await upload(), await upload()].map((id) => ingest(id)));
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
});

test("only feature tables are ingested, and they are not materialized", async () => {
  const id = await upload();
  expect((await ingest(id, "delays")).body).toMatchObject({ code: "VALIDATION" });
  expect((await ingest(id, "unknown")).body).toMatchObject({ code: "NOT_FOUND" });
  const body = { startTime: "2001-01-01", endTime: "2001-01-02" };
  expect((await server.admin.call("triggerJob", at, { body })).body).toMatchObject({
    code: "VALIDATION",
    fix: "Ingest its rows: ingest(rows) of the SDK, or tesela ingest.",
  });
});

test("an upload that is not there is NOT_FOUND, and readers may not ingest", async () => {
  expect((await ingest("none")).body).toMatchObject({ code: "NOT_FOUND" });
  const answer = await server.reader.call("ingest", at, { body: { uploadId: await upload(server.reader) } });
  expect(answer.body).toMatchObject({ code: "FORBIDDEN" });
});

test("an upload is kept as long as its job needs it, however old it is", async () => {
  const [needed, old] = [await upload(), await upload()];
  const { body } = await ingest(needed);
  const short = await server.startSecond({ spineTtlMs: 1, retrievalTtlMs: 1, cleanUpIntervalMs: 20 });
  await short.controlPlane.start();
  const stat = (id: string) => server.offlineStore.stat(spinePath(id));
  await expect.poll(() => stat(old)).toBeNull();
  expect(await stat(needed)).not.toBeNull();
  const { id } = await server.registry.workspaces.get(at.workspace);
  await server.registry.jobs.cancel(id, (body as { job: { id: string } }).job.id);
  await expect.poll(() => stat(needed)).toBeNull();
  await short.close();
});
