import type { Coverage, Job, JobLogLine } from "@tesela/contract";
import { parseInstant, type BatchFeatureViewDefinition } from "@tesela/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { airport, delays, flights, resolvedDelays } from "../testing/definitions.ts";
import { startTestServer, type SecondServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";

/** A scheduler looks once a second. */
const PATIENCE = { timeout: 10_000 };

let server: TestServer;
let schedulers: SecondServer[];

beforeAll(async () => {
  server = await startTestServer();
  await startChecker(server);
  await server.registry.clock.freeze(parseInstant("2000-06-01"));
  schedulers = [];
  for (let index = 0; index < 2; index++) {
    const scheduler = await server.startSecond({}, { scheduler: "on" });
    await scheduler.controlPlane.start();
    schedulers.push(scheduler);
  }
});
afterAll(async () => {
  for (const scheduler of schedulers) await scheduler.close();
  await server.stop();
});

const setClock = (at: string) => schedulers[0]!.client.call("setClock", {}, { body: { mode: "frozen", at } });
const apply = (workspace: string, ...views: BatchFeatureViewDefinition[]) =>
  server.admin.call("apply", { workspace }, { body: { definitions: [airport, flights, ...views] } });
const jobsOf = async (workspace: string, view: string): Promise<readonly Job[]> => {
  const { body } = await server.admin.call("listJobs", { workspace }, { query: { view, limit: "100" } });
  return (body as { jobs: readonly Job[] }).jobs;
};
const shown = async (workspace: string, view = "delays"): Promise<string[]> =>
  (await jobsOf(workspace, view))
    .map((job) => `${job.startTime?.slice(5, 10)} ${job.endTime?.slice(5, 10)} ${job.trigger}`)
    .toSorted();
const coverageOf = async (workspace: string, name = "delays"): Promise<Coverage> =>
  ((await server.admin.call("getCoverage", { workspace, name })).body as { coverage: Coverage }).coverage;

test("a set clock is looked at at once, and of two control planes each job comes once", async () => {
  await apply("clock", delays);
  await setClock("2001-01-02T01:59:59Z");
  await expect.poll(() => shown("clock"), PATIENCE).toEqual(["12-31 01-01 backfill"]);
  await setClock("2001-01-02T02:00:00Z");
  await expect.poll(() => shown("clock"), PATIENCE).toEqual(["01-01 01-02 schedule", "12-31 01-01 backfill"]);
});

test("a view that cannot be looked at stops no other; why is told until it can", async () => {
  await setClock("2001-01-02T02:00:00Z");
  await apply("broken", delays);
  const { registry } = server;
  const { id } = await registry.workspaces.get("broken");
  const { revision } = await registry.definitions.current(id);
  const unchecked: BatchFeatureViewDefinition = {
    ...delays,
    name: "a_broken",
    features: [
      {
        kind: "aggregate",
        name: "total",
        function: "sum",
        column: "gone",
        window: { kind: "sliding", size: "1d", offset: "0s" },
      },
    ],
  };
  const put = { action: "create", kind: "batchFeatureView", name: "a_broken", fingerprint: "x" } as const;
  const resolved = { ...resolvedDelays, columns: [] };
  const { objects } = await registry.definitions.applyChanges(id, revision, [
    { ...put, definition: unchecked, resolved },
  ]);
  const { generationId } = objects.find(({ name }) => name === "a_broken")!;
  const failure = () => registry.schedule.failure(generationId!);
  await expect.poll(failure, PATIENCE).toMatchObject({ code: "INTERNAL" });
  await expect.poll(() => shown("broken"), PATIENCE).toHaveLength(2);
});

test("views that are left to their users get no jobs; one that allows none refuses them with the fix", async () => {
  const manual = { ...delays, name: "manual", batchTrigger: "manual" } as const;
  const none = { ...delays, name: "none", batchTrigger: "none" } as const;
  await apply("hands", delays, manual, none);
  await expect.poll(() => shown("hands"), PATIENCE).not.toEqual([]);
  expect([...(await shown("hands", "manual")), ...(await shown("hands", "none"))]).toEqual([]);
  const body = { startTime: "2001-01-01", endTime: "2001-01-02" };
  const at = { workspace: "hands", name: "none" };
  expect((await server.admin.call("triggerJob", at, { body })).body).toMatchObject({
    code: "VALIDATION",
    fix: 'Declare the view with batchTrigger: "manual" or "scheduled" and apply.',
  });
  expect(await coverageOf("hands", "manual")).toMatchObject({
    batchTrigger: "manual",
    offline: { missing: [{ startTime: "2000-12-31T00:00:00Z" }] },
  });
});

test("a cancelled range is told, stays empty, and comes back when it is refilled or its job is tried again", async () => {
  await apply("cancelled", delays);
  await expect.poll(() => shown("cancelled"), PATIENCE).toHaveLength(2);
  const [job, other] = await jobsOf("cancelled", "delays");
  const at = { workspace: "cancelled", id: job!.id };
  expect((await server.admin.call("cancelJob", at)).body).toMatchObject({
    job: { state: "MANUALLY_CANCELLED" },
  });
  const range = { startTime: job!.startTime, endTime: job!.endTime, jobId: job!.id };
  const waiting = { startTime: other!.startTime, endTime: other!.endTime, jobId: other!.id };
  for (const look of [0, 1]) {
    await setClock(`2001-01-02T0${2 + look}:00:00Z`);
    expect((await coverageOf("cancelled")).online).toMatchObject({
      cancelled: [range],
      waiting: [waiting],
      missing: [],
      edge: null,
      expectedEdge: "2001-01-02T00:00:00Z",
    });
  }
  expect((await server.admin.call("retryJob", at)).body).toMatchObject({ job: { state: "MANUAL_RETRY" } });
  expect((await server.admin.call("retryJob", at)).body).toMatchObject({ code: "CONFLICT" });
  await server.admin.call("cancelJob", at);
  const view = { workspace: "cancelled", name: "delays" };
  const body = { startTime: job!.startTime, endTime: job!.endTime };
  const refilled = await schedulers[0]!.client.call("refill", view, { body });
  expect(refilled.body).toEqual({ released: 1, jobsMade: 1 });
  expect((await coverageOf("cancelled")).online.cancelled).toEqual([]);
  const half = await server.admin.call("refill", view, { body: { startTime: job!.startTime } });
  expect(half.body).toMatchObject({ code: "VALIDATION", fix: "Give both, or neither to refill all." });
});

test("the log of a job is what its workers had to say, by attempt", async () => {
  const [job] = await jobsOf("clock", "delays");
  const { attempts, jobs } = server.registry;
  const { id: workspaceId } = await server.registry.workspaces.get("clock");
  const { waitingAttempt } = await jobs.get(workspaceId, job!.id);
  await attempts.claim(waitingAttempt!.id, waitingAttempt!.fence, "w", 60_000);
  const line = { level: "info", message: "reading" } as const;
  await attempts.log(waitingAttempt!.id, [{ ...line, at: new Date("2001-01-01T00:00:00.5Z") }]);
  const at = { workspace: "clock", id: job!.id };
  const logs = async (attempt: string) =>
    ((await server.reader.call("getJobLogs", at, { query: { attempt } })).body as { logs: JobLogLine[] })
      .logs;
  expect(await logs("1")).toEqual([{ ...line, attempt: 1, at: "2001-01-01T00:00:00.500000Z" }]);
  expect(await logs("2")).toEqual([]);
});

test("without a worker nobody can say what is stale; without anything materialized nothing is", async () => {
  const answer = await server.admin.call("refreshStaleness", { workspace: "clock", name: "delays" });
  expect(answer.body).toMatchObject({ coverage: { offline: { stale: [] }, sourcesSeenAt: null } });
  const refreshed = await server.admin.call("refresh", { workspace: "clock", name: "delays" });
  expect(refreshed.body).toEqual({ jobs: [] });
});
