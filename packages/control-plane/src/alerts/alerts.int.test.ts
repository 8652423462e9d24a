import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { parseInstant } from "@tesela/core";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createMetrics, type Metrics } from "../operations/metrics.ts";
import { airport, delays, flights } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";
import { createAlerter, type Alerter } from "./alerter.ts";
import { alertSettings, type AlertOptions } from "./settings.ts";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>> & { readonly event: string; readonly of?: string };
}

const SECRET = "0123456789abcdef";
const silent = pino({ level: "silent" });

let server: TestServer;
let receiver: Server;
let url: string;
let received: Received[];
/** What the receiver answers; the last one again and again. */
let answers: { readonly status: number; readonly headers?: Readonly<Record<string, string>> }[];
let metrics: Metrics;
let workspaces = 0;

beforeAll(async () => {
  server = await startTestServer();
  await startChecker(server);
  metrics = createMetrics(server.registry);
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, text: body, body: JSON.parse(body) as Received["body"] });
      const { status, headers = {} } = answers.length > 1 ? answers.shift()! : answers[0]!;
      response.writeHead(status, headers).end("x".repeat(100_000));
    });
  });
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await server.stop();
});
beforeEach(async () => {
  received = [];
  answers = [{ status: 200 }];
  await server.registry.clock.freeze(parseInstant("2001-01-02T03:00:00Z"));
});

const LOCAL: AlertOptions = {
  secret: SECRET,
  allowed: ["127.0.0.1"],
  httpHosts: ["127.0.0.1"],
  baseDelayMs: 0,
};
const alerterOf = (workspace: string, options: AlertOptions = {}): Alerter =>
  createAlerter(
    { registry: server.registry, logger: silent, metrics, publicUrl: "https://features.example/" },
    alertSettings({ ...LOCAL, webhooks: [`${workspace}=${url}`], ...options }),
  );

/** A workspace of its own with one view, and a way to make jobs that end as told. */
async function prepared() {
  const workspace = `alerts-${++workspaces}`;
  const definitions = [airport, flights, delays];
  await server.admin.call("apply", { workspace }, { body: { definitions } });
  const { registry } = server;
  const { id } = await registry.workspaces.get(workspace);
  const { objects } = await registry.definitions.current(id);
  const generationId = objects.find(({ name }) => name === "delays")!.generationId!;
  const trigger = async (startTime: string, endTime: string) => {
    const at = { workspace, name: "delays" };
    const answer = await server.admin.call("triggerJob", at, { body: { startTime, endTime } });
    return (answer.body as { job: { id: string } }).job.id;
  };
  const claim = async (jobId: string) => {
    const { waitingAttempt } = await registry.jobs.get(id, jobId);
    return (await registry.attempts.claim(waitingAttempt!.id, waitingAttempt!.fence, "w", 60_000))!;
  };
  return {
    workspace,
    id,
    generationId,
    trigger,
    fail: async (jobId: string) => {
      const attempt = await claim(jobId);
      const failure = { code: "SOURCE_MISSING", message: "no such file" } as const;
      await registry.attempts.fail(attempt.id, attempt.fence, failure);
    },
    succeed: async (jobId: string) => {
      const attempt = await claim(jobId);
      const commit = { files: [], rows: 0, rejectedRows: 0, sourceFingerprint: "f" };
      await registry.attempts.commitFiles(attempt.id, attempt.fence, commit);
      await registry.attempts.completePush(attempt.id, attempt.fence, { onlineEdge: null });
    },
  };
}

const events = () => received.map(({ body: { event, of } }) => (of === undefined ? event : `${event} ${of}`));
const round = async (alerter: Alerter) => {
  await alerter.look();
  await alerter.deliver();
};

test("a failed job is told once, signed; being tried again says nothing, success is its recovery", async () => {
  const { workspace, id, trigger, fail, succeed } = await prepared();
  const alerter = alerterOf(workspace, { lateAfterMs: 1e12 });
  const jobId = await trigger("2001-01-01", "2001-01-02");
  await fail(jobId);
  await Promise.all([round(alerter), round(alerterOf(workspace, { lateAfterMs: 1e12 }))]);
  await round(alerter);
  expect(events()).toEqual(["job.failed"]);
  const [{ headers, text: body, body: told }] = received as [Received];
  expect(told).toMatchObject({
    id: headers["tesela-delivery"],
    workspace,
    featureView: "delays",
    jobId,
    details: { attempt: 1, error: { code: "SOURCE_MISSING", message: "no such file" } },
    url: `https://features.example/console/workspaces/${workspace}/jobs/${jobId}`,
  });
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["tesela-signature"]))!;
  expect(v1).toBe(createHmac("sha256", SECRET).update(`${t}.${body}`).digest("hex"));
  expect(Math.abs(Number(t) - Date.now() / 1_000)).toBeLessThan(60);

  await server.registry.jobs.retry(id, jobId);
  await round(alerter);
  expect(events()).toEqual(["job.failed"]);
  await fail(jobId);
  await round(alerter);
  expect(events()).toEqual(["job.failed", "job.failed"]);
  await server.registry.jobs.retry(id, jobId);
  await succeed(jobId);
  await round(alerter);
  expect(events()).toEqual(["job.failed", "job.failed", "recovered job.failed"]);
  await round(alerter);
  expect(received).toHaveLength(3);
});

test("a failed job whose range another job has brought needs nobody any more", async () => {
  const { workspace, trigger, fail, succeed } = await prepared();
  const alerter = alerterOf(workspace, { lateAfterMs: 1e12 });
  await fail(await trigger("2001-01-01", "2001-01-02"));
  await round(alerter);
  await succeed(await trigger("2000-12-31", "2001-01-02"));
  await round(alerter);
  expect(events()).toEqual(["job.failed", "recovered job.failed"]);
});

test("a store that is later than promised is an alert until it has caught up", async () => {
  const { workspace, trigger, succeed } = await prepared();
  const alerter = alerterOf(workspace, { lateAfterMs: 0 });
  await succeed(await trigger("2000-12-31", "2001-01-02"));
  await server.registry.clock.freeze(parseInstant("2001-01-03T02:00:00Z"));
  await round(alerter);
  expect(events()).toEqual([]);
  await server.registry.clock.freeze(parseInstant("2001-01-03T02:00:00.001Z"));
  await round(alerter);
  expect(events()).toEqual(["view.late", "view.late"]);
  expect(received.map(({ body }) => (body["details"] as { store: string }).store).toSorted()).toEqual([
    "offline",
    "online",
  ]);
  expect(await metrics.print()).toMatch(
    new RegExp(
      `tesela_feature_view_late_seconds\\{workspace="${workspace}",feature_view="delays",store="offline"\\} 0.001`,
    ),
  );
  expect(await metrics.print()).toMatch(/tesela_alerts_open\{event="view.late"\} [2-9]/);
  await succeed(await trigger("2001-01-02", "2001-01-03"));
  await round(alerter);
  expect(events().slice(2)).toEqual(["recovered view.late", "recovered view.late"]);
});

test("an edge that stands before a cancelled range is told with the range, and its refill is the recovery", async () => {
  const { workspace, id, generationId, trigger, succeed } = await prepared();
  const alerter = alerterOf(workspace, { lateAfterMs: 1e12 });
  await succeed(await trigger("2000-12-31", "2001-01-01"));
  const jobId = await trigger("2001-01-01", "2001-01-02");
  await server.registry.jobs.cancel(id, jobId);
  await round(alerter);
  expect(events()).toEqual(["edge.frozen", "edge.frozen"]);
  expect(received[0]!.body).toMatchObject({
    jobId,
    details: {
      edge: "2001-01-01T00:00:00Z",
      startTime: "2001-01-01T00:00:00Z",
      endTime: "2001-01-02T00:00:00Z",
    },
  });
  await server.registry.schedule.release(generationId, null);
  await round(alerter);
  expect(events().slice(2)).toEqual(["recovered edge.frozen", "recovered edge.frozen"]);
});

test("an alert of a view that was deleted ends in silence", async () => {
  const { workspace, trigger, fail } = await prepared();
  const alerter = alerterOf(workspace, { lateAfterMs: 1e12 });
  await fail(await trigger("2001-01-01", "2001-01-02"));
  await round(alerter);
  const { id } = await server.registry.workspaces.get(workspace);
  const { revision } = await server.registry.definitions.current(id);
  await server.registry.definitions.applyChanges(id, revision, [
    { action: "delete", kind: "batchFeatureView", name: "delays" },
  ]);
  await round(alerter);
  expect(events()).toEqual(["job.failed"]);
  expect((await server.registry.alerts.listOpen()).filter((alert) => alert.workspace === workspace)).toEqual(
    [],
  );
});

test("what did not arrive is sent again under its id; a redirect is not followed", async () => {
  const { workspace, trigger, fail } = await prepared();
  const alerter = alerterOf(workspace, { lateAfterMs: 1e12 });
  await fail(await trigger("2001-01-01", "2001-01-02"));
  answers = [{ status: 500 }, { status: 302, headers: { location: url } }, { status: 204 }];
  await alerter.look();
  for (let tries = 0; tries < 4; tries++) await alerter.deliver();
  expect(received).toHaveLength(3);
  expect(new Set(received.map(({ headers }) => headers["tesela-delivery"])).size).toBe(1);
  expect(await metrics.print()).toMatch(/tesela_alert_deliveries_total\{result="postponed"\} 2/);
});

test("after so many tries a delivery is dead, and nobody tries it again", async () => {
  const { workspace, trigger, fail } = await prepared();
  const alerter = alerterOf(workspace, { lateAfterMs: 1e12, mostTries: 2 });
  await fail(await trigger("2001-01-01", "2001-01-02"));
  answers = [{ status: 503 }];
  await alerter.look();
  for (let tries = 0; tries < 4; tries++) await alerter.deliver();
  expect(received).toHaveLength(2);
  expect(await metrics.print()).toMatch(/tesela_alert_deliveries_total\{result="dead"\} 1/);
});

test("whoever dies with a delivery gives it back when its lease is over; two never have it at once", async () => {
  const { workspace, trigger, fail } = await prepared();
  await fail(await trigger("2001-01-01", "2001-01-02"));
  await alerterOf(workspace, { lateAfterMs: 1e12 }).look();
  const take = (leaseMs: number) => server.registry.alerts.take({ limit: 10, leaseMs, mostTries: 5 });
  const [first, second] = await Promise.all([take(200), take(200)]);
  expect([...first, ...second]).toHaveLength(1);
  expect(await take(60_000)).toEqual([]);
  await expect
    .poll(() => take(60_000), { timeout: 5_000, interval: 50 })
    .toEqual([{ ...[...first, ...second][0], tries: 2 }]);
});

test("a webhook whose address is not expressly allowed is not called at all", async () => {
  const { workspace, trigger, fail } = await prepared();
  const alerter = alerterOf(workspace, { lateAfterMs: 1e12, allowed: [] });
  await fail(await trigger("2001-01-01", "2001-01-02"));
  await round(alerter);
  expect(received).toEqual([]);
});
