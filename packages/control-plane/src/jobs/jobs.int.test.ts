import { parseInstant } from "@tesela/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client, Sent } from "../testing/client.ts";
import { airport, delays, flights, gates } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";

const at = { workspace: "jobs", name: "delays" };
let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startTestServer();
  client = server.admin;
  await startChecker(server);
  const offlineOnly = { ...delays, name: "offline_only", online: false };
  const untriggered = { ...delays, name: "untriggered", batchTrigger: "none" as const };
  const definitions = [airport, flights, gates, delays, offlineOnly, untriggered];
  await client.call("apply", at, { body: { definitions } });
  await server.registry.clock.freeze(parseInstant("2001-03-01T02:00:00Z"));
});
afterAll(() => server.stop());

interface JobBody {
  readonly id: string;
  readonly state: string;
  readonly updatedAt: string;
}

async function trigger(startTime: string, endTime: string, more: object = {}, name = at.name) {
  return client.call("triggerJob", { ...at, name }, { body: { startTime, endTime, ...more } });
}

function jobOf(answer: { readonly body: unknown }): JobBody {
  return (answer.body as { job: JobBody }).job;
}

test.each<[string, object, string]>([
  [
    "off the grid",
    { startTime: "2001-01-01T01:00:00Z", endTime: "2001-01-02" },
    "Ask for [2001-01-01T00:00:00Z, 2001-01-02T00:00:00Z).",
  ],
  [
    "empty",
    { startTime: "2001-01-01", endTime: "2001-01-01" },
    "Give an endTime after startTime; endTime is not part of the range.",
  ],
  [
    "reversed",
    { startTime: "2001-01-02", endTime: "2001-01-01" },
    "Give an endTime after startTime; endTime is not part of the range.",
  ],
  [
    "in the future with its data delay",
    { startTime: "2001-01-02", endTime: "2001-03-02" },
    "End at 2001-03-01T00:00:00Z or earlier, or wait until 2001-03-02T02:00:00Z.",
  ],
  [
    "before what can be materialized",
    { startTime: "2000-12-01", endTime: "2001-01-02" },
    "Start at 2000-12-31T00:00:00Z or later, or declare an earlier featureStartTime.",
  ],
  [
    "for neither store",
    { startTime: "2001-01-01", endTime: "2001-01-02", online: false, offline: false },
    "Ask for online: true or offline: true.",
  ],
])("a range %s is refused with the fix", async (_, body, fix) => {
  const answer = await client.call("triggerJob", at, { body });
  expect(answer.body).toMatchObject({ status: 400, code: "VALIDATION", fix });
});

test("a store that the view lacks is refused", async () => {
  const { body } = await trigger("2001-01-01", "2001-01-02", { online: true }, "offline_only");
  expect(body).toMatchObject({
    code: "VALIDATION",
    detail: expect.stringContaining("has no online store") as unknown,
  });
});

test("an unknown view is not found, and those that there are are named", async () => {
  const { body } = await trigger("2001-01-01", "2001-01-02", {}, "delay");
  expect(body).toMatchObject({
    status: 404,
    fix: "The workspace has: delays, gates, offline_only, untriggered.",
  });
});

test("a job is made, found, listed, and its range is taken", async () => {
  const answer = await trigger("2001-01-01", "2001-01-03");
  expect(answer).toMatchObject({
    status: 201,
    body: {
      job: { state: "PENDING", featureView: "delays", startTime: "2001-01-01T00:00:00Z", online: true },
    },
  });
  const { id } = jobOf(answer);
  expect(jobOf(await client.call("getJob", { ...at, id })).id).toBe(id);
  expect((await trigger("2001-01-02", "2001-01-04")).body).toMatchObject({ status: 409, code: "CONFLICT" });
  const listed = await client.call("listJobs", at, {
    query: { view: "delays", state: "PENDING", limit: "1" },
  });
  expect(listed.body).toMatchObject({ jobs: [{ id }] });
});

test("a view with the batch trigger none, and a feature table, allow no jobs", async () => {
  const { body } = await trigger("2001-01-01", "2001-01-02", {}, "untriggered");
  expect(body).toMatchObject({ code: "VALIDATION", problems: [{ path: "batchTrigger" }] });
  const table = await trigger("2001-01-01", "2001-01-02", {}, "gates");
  expect(table.body).toMatchObject({
    code: "VALIDATION",
    fix: "Ingest its rows: ingest(rows) of the SDK, or tesela ingest.",
  });
});

test("times that are none are refused under their names", async () => {
  const { body } = await trigger("soon", "2001-13-01");
  expect(body).toMatchObject({ status: 400, problems: [{ path: "startTime" }, { path: "endTime" }] });
});

test("jobs are listed by type, trigger, store and the range that they overlap", async () => {
  const { id } = jobOf(await trigger("2001-02-01", "2001-02-03", { offline: false }));
  const listed = async (query: Record<string, string>) => {
    const { body } = await client.call("listJobs", at, { query: { view: "delays", ...query } });
    return (body as { jobs: JobBody[] }).jobs.map((job) => job.id);
  };
  const inside = { startTime: "2001-02-02T23:59:59.999999Z", endTime: "2001-02-28" };
  expect(await listed(inside)).toEqual([id]);
  expect(
    await listed({ ...inside, type: "batch", trigger: "manual", online: "true", offline: "false" }),
  ).toEqual([id]);
  expect(await listed({ ...inside, offline: "true" })).toEqual([]);
  expect(await listed({ ...inside, trigger: "schedule" })).toEqual([]);
  expect(await listed({ startTime: "2001-02-03" })).toEqual([]);
  expect(await listed({ startTime: "2001-01-20", endTime: "2001-02-01" })).toEqual([]);
});

test("an unknown job is not found, whatever its id looks like", async () => {
  for (const id of ["1", "x y", crypto.randomUUID()]) {
    expect((await client.call("getJob", { ...at, id })).status).toBe(404);
  }
});

test.each<[string, Sent["query"]]>([
  ["limit", { limit: "0" }],
  ["state", { state: "DONE" }],
  ["views", { views: "delays" }],
  ["online", { online: "yes" }],
  ["type", { type: "stream" }],
])("a bad query is refused under its name: %s", async (path, query = {}) => {
  expect((await client.call("listJobs", at, { query })).body).toMatchObject({
    status: 400,
    problems: [{ path }],
  });
});

test("a wait ends as soon as the job is another than the one known", async () => {
  const { id, updatedAt } = jobOf(await trigger("2001-01-10", "2001-01-11"));
  const { workspaceId } = await server.registry.workspaces
    .get(at.workspace)
    .then(({ id }) => ({ workspaceId: id }));
  const waiting = client.call(
    "waitForJob",
    { ...at, id },
    { query: { since: updatedAt, timeoutSeconds: "25" } },
  );
  await server.registry.jobs.cancel(workspaceId, id);
  expect(jobOf(await waiting).state).toBe("MANUALLY_CANCELLED");
  const other = await client.call("waitForJob", { ...at, id }, { query: { since: updatedAt } });
  expect(jobOf(other).state).toBe("MANUALLY_CANCELLED");
});

test("a wait that is over gives the job as it is", async () => {
  const { id, updatedAt } = jobOf(await trigger("2001-01-12", "2001-01-13"));
  const answer = await client.call("waitForJob", { ...at, id }, { query: { timeoutSeconds: "0.01" } });
  expect(jobOf(answer)).toMatchObject({ state: "PENDING", updatedAt });
});

test("a wait of more than 25 seconds is refused", async () => {
  const answer = await client.call("waitForJob", { ...at, id: "x" }, { query: { timeoutSeconds: "26" } });
  expect(answer).toMatchObject({ status: 400, body: { problems: [{ path: "timeoutSeconds" }] } });
});

test("a server that stops ends its waits at once, and takes no more requests", async () => {
  const { id } = jobOf(await trigger("2001-01-14", "2001-01-15"));
  const other = await server.startSecond();
  const waiting = other.client.call("waitForJob", { ...at, id }, { query: { timeoutSeconds: "25" } });
  await other.isBusy();
  await other.controlPlane.stop();
  expect(jobOf(await waiting).state).toBe("PENDING");
  expect((await other.client.call("getClock", {})).body).toMatchObject({ status: 503, code: "UNAVAILABLE" });
  expect((await other.client.call("readiness", {})).status).toBe(503);
  expect((await other.client.call("health", {})).status).toBe(200);
  await other.close();
});
