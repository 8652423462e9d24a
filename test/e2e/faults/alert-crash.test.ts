import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { parseInstant } from "@tesela/core";
import { openPool } from "@tesela/test/support";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startControlPlaneSlot, type ControlPlaneSlot } from "../../faults/processes.ts";
import { apply } from "./apply.ts";
import { spendOf } from "./definitions.ts";
import { openFaultWorld, type FaultWorld } from "./fault-world.ts";
import { startJob } from "./jobs.ts";

const day = (of: number) => parseInstant(`2024-01-0${of}T00:00:00Z`);
const WAIT = { timeout: 60_000, interval: 100 };

interface Told {
  readonly id: string;
  readonly event: string;
  readonly jobId: string;
}

let world: FaultWorld;
let receiver: Server;
let pool: pg.Pool;
let told: Told[] = [];
/** What happens to a delivery: it is answered by a status, or not at all. */
let answer: (number: number) => number | null = () => 200;

beforeAll(async () => {
  world = await openFaultWorld("postgres");
  await world.registry.clock.freeze(day(5));
  pool = openPool(world.config.databaseUrl, 1);
  receiver = createServer((request, response) => {
    void json(request).then((body) => {
      told.push(body as Told);
      const status = answer(told.length);
      if (status !== null) response.writeHead(status).end();
    });
  });
  await once(receiver.listen(0, "127.0.0.1"), "listening");
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await pool.end();
  await world[Symbol.asyncDispose]();
});

/** A control plane that sends alerts, and is started again when it dies. */
async function startSender(): Promise<ControlPlaneSlot> {
  const { port } = receiver.address() as AddressInfo;
  return startControlPlaneSlot(world.config, {
    TESELA_SCHEDULER: "off",
    TESELA_ALERT_WEBHOOKS: `http://127.0.0.1:${port}/hook`,
    TESELA_ALERT_SECRET: "0123456789abcdef",
    TESELA_ALERT_ALLOWED: "127.0.0.1",
    TESELA_ALERT_HTTP_HOSTS: "127.0.0.1",
    TESELA_ALERT_LATE_AFTER: "36500d",
  });
}

/** A job that has failed for good. */
async function failedJob(view: string): Promise<string> {
  const { registry } = world;
  const applied = await apply(
    world,
    spendOf(view),
    "select 1 as user_id, timestamp '2024-01-02' as ts, 1 as amount",
  );
  const { id, waitingAttempt } = await startJob(world, applied, { start: day(1), end: day(2) });
  const attempt = await registry.attempts.claim(waitingAttempt!.id, waitingAttempt!.fence, "w", 60_000);
  await registry.attempts.fail(attempt!.id, attempt!.fence, {
    code: "SOURCE_MISSING",
    message: "no such file",
  });
  return id;
}

/** The lease of a delivery is a minute of the system clock. */
async function endLeases(): Promise<void> {
  await pool.query("update alert_delivery set due_at = clock_timestamp() where state = 'waiting'");
}

async function states(): Promise<readonly string[]> {
  const { rows } = await pool.query<{ state: string; tries: number }>(
    "select state, tries from alert_delivery order by id",
  );
  return rows.map(({ state, tries }) => `${state} after ${tries}`);
}

test("an alert whose sender is killed before it hears the answer is sent again, under the same id", async () => {
  const jobId = await failedJob("killed_after");
  answer = (number) => (number === 1 ? null : 200);
  await using sender = await startSender();
  await expect.poll(() => told.length, WAIT).toBe(1);
  sender.kill();
  await expect.poll(() => sender.deaths, WAIT).toBe(1);
  expect(await states()).toEqual(["waiting after 1"]);
  await endLeases();
  await expect.poll(states, WAIT).toEqual(["delivered after 2"]);
  expect(told.map(({ event }) => event)).toEqual(["job.failed", "job.failed"]);
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  expect(new Set(told.map((one) => one.jobId))).toEqual(new Set([jobId]));
});

test("an alert that could not be sent before its sender is killed is sent by the next one, and only once", async () => {
  told = [];
  answer = (number) => (number === 1 ? 503 : 200);
  const jobId = await failedJob("killed_before");
  {
    await using sender = await startSender();
    await expect.poll(() => told.length, WAIT).toBe(1);
    sender.kill();
  }
  await endLeases();
  await using _first = await startSender();
  await using _second = await startSender();
  await expect.poll(states, WAIT).toEqual(["delivered after 2", "delivered after 2"]);
  expect(told.map((one) => `${one.event} ${one.jobId}`)).toEqual([
    `job.failed ${jobId}`,
    `job.failed ${jobId}`,
  ]);
});
