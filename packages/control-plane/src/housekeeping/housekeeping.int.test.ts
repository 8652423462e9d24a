import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attemptPath } from "@tesela/offline-store";
import { parseInstant } from "@tesela/core";
import { createDispatcher } from "@tesela/registry";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { airport, delays, flights } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";
import { createHousekeeper } from "./housekeeper.ts";
import { housekeepingSettings } from "./settings.ts";

const at = { workspace: "house" };
const parameters = { ...at, name: "delays" };
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await startChecker(server);
  await server.admin.call("apply", at, { body: { definitions: [airport, flights, delays] } });
  await server.registry.clock.freeze(parseInstant("2001-03-01T02:00:00Z"));
});
afterAll(() => server.stop());

/** What an attempt that then fails leaves behind. */
async function leaveOrphan(start: string, end: string): Promise<number> {
  const { registry, offlineStore } = server;
  const body = { startTime: start, endTime: end, useManagedRetries: false };
  const { body: answer } = await server.admin.call("triggerJob", parameters, { body });
  const { id: workspaceId } = await registry.workspaces.get(at.workspace);
  const job = await registry.jobs.get(workspaceId, (answer as { job: { id: string } }).job.id);
  const { id, fence } = job.waitingAttempt!;
  const attempt = await registry.attempts.claim(id, fence, "worker-1", 60_000);
  const { generationId: generation, viewName } = attempt!;
  const address = { workspaceId: String(workspaceId), viewName, generation, attemptId: id };
  await using scratch = await offlineStore.createScratch();
  const local = join(scratch.directory, "part");
  await writeFile(local, "12345");
  await offlineStore.put(local, attemptPath(address, "part-0.parquet"));
  expect(await orphans()).toEqual([]);
  await registry.attempts.fail(id, fence, { code: "VALUE_ERROR", message: "bad" });
  return generation;
}

async function orphans(): Promise<unknown> {
  const body = { types: ["collect"], dryRun: true };
  return ((await server.admin.call("housekeep", at, { body })).body as { work: unknown }).work;
}

test("a dry run says what there is to do, of files that nothing names too, and makes no job", async () => {
  expect(await orphans()).toEqual([]);
  const generation = await leaveOrphan("2001-01-01", "2001-01-02");
  const expected = { type: "collect", featureView: "delays", generation, files: 1, bytes: 5, jobId: null };
  expect(await orphans()).toEqual([expected]);
  const { body } = await server.admin.call("listJobs", at, { query: {} });
  expect((body as { jobs: { type: string }[] }).jobs.map(({ type }) => type)).toEqual(["batch"]);
});

test("asked twice, it makes one job", async () => {
  const first = await server.admin.call("housekeep", at, { body: { types: ["collect"], view: "delays" } });
  const second = await server.admin.call("housekeep", at, { body: {} });
  const jobIds = [first, second].map(({ body }) => (body as { work: { jobId: string }[] }).work[0]!.jobId);
  expect(jobIds[0]).toBe(jobIds[1]);
  const { body } = await server.admin.call("getJob", { ...at, id: jobIds[0]! });
  expect(body).toMatchObject({ job: { type: "collect", trigger: "manual", state: "PENDING" } });
});

test("a view that has never been online cannot be rebuilt; a reader may not ask", async () => {
  const body = { types: ["rebuild"], view: "delays" };
  expect(await server.admin.call("housekeep", at, { body })).toMatchObject({
    status: 404,
    body: { code: "NOT_FOUND" },
  });
  expect(await server.reader.call("housekeep", at, { body })).toMatchObject({ status: 403 });
});

test("looks make jobs where there is work, none while one is open, and none again within the interval", async () => {
  const { registry, queue } = server;
  const dispatcher = createDispatcher({ registry, queue });
  const parts = { registry, dispatcher, logger: pino({ level: "silent" }) };
  const housekeeper = createHousekeeper(parts, housekeepingSettings());
  expect(await housekeeper.look()).toBe(0);
  const { id: workspaceId } = await registry.workspaces.get(at.workspace);
  const { jobs } = await registry.jobs.list(workspaceId, { limit: 100 });
  await registry.jobs.cancel(workspaceId, jobs.find(({ type }) => type === "collect")!.id);
  expect(await housekeeper.look()).toBe(0);
  const eager = housekeepingSettings({ intervals: { collect: 0 } });
  const looks = [1, 2].map(() => createHousekeeper(parts, eager).look());
  await Promise.all(looks);
  const open = (await registry.jobs.list(workspaceId, { limit: 100, state: "PENDING" })).jobs;
  expect(open).toMatchObject([{ type: "collect", trigger: "system" }]);
  expect(await housekeeper.lookForLoss()).toBe(0);
});
