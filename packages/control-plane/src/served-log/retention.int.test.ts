import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { micros, parseInstant, type EpochMicros } from "@tesela/core";
import { SERVED_LOGS, servedLogPath } from "@tesela/offline-store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/server.ts";

const NOW = parseInstant("2024-03-01");
const DAY_MS = 24 * 3_600_000;
const DAY = BigInt(DAY_MS) * 1000n;
const at = { workspace: "logged" };
/** A read may take a day, the retention is thirty. */
const KEPT = micros(NOW - 31n * DAY);

let server: TestServer;
let workspaceId: string;

beforeAll(async () => {
  server = await startTestServer({ retrievalTtlMs: DAY_MS });
  await server.registry.clock.freeze(NOW);
  workspaceId = String((await server.registry.workspaces.ensure(at.workspace)).id);
});
afterAll(() => server.stop());

async function keep(service: string, last: EpochMicros, workspace = workspaceId): Promise<string> {
  const { offlineStore } = server;
  const address = { workspaceId: workspace, service, id: randomUUID(), first: micros(last - DAY), last };
  await using scratch = await offlineStore.createScratch();
  const local = join(scratch.directory, "served");
  await writeFile(local, "12345");
  await offlineStore.put(local, servedLogPath(address));
  return servedLogPath(address);
}

async function paths(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { path } of server.offlineStore.list(SERVED_LOGS)) found.push(path);
  return found.toSorted();
}

async function housekeep(body: object): Promise<unknown> {
  return ((await server.admin.call("housekeep", at, { body })).body as { work: unknown }).work;
}

test("housekeeping removes files all of whose vectors are past the retention, and a read's time", async () => {
  const kept = [
    await keep("checkout", KEPT),
    await keep("checkout", NOW),
    await keep("other", KEPT),
    await keep("checkout", micros(KEPT - 1n), "999999"),
  ].toSorted();
  await keep("checkout", micros(KEPT - 1n));
  await keep("checkout", micros(0n));
  const before = await paths();
  const work = [{ type: "served", featureService: "checkout", files: 2, bytes: 10, jobId: null }];
  expect(await housekeep({ dryRun: true })).toEqual(work);
  expect(await housekeep({ view: "checkout" })).toEqual([]);
  expect(await paths()).toEqual(before);
  expect(await housekeep({})).toEqual(work);
  expect(await paths()).toEqual(kept);
  expect(await housekeep({ types: ["served"] })).toEqual([]);
});

test("a control plane removes those of every workspace by itself, by the retention that it is given", async () => {
  const young = await keep("checkout", micros(NOW - DAY));
  const housekeeping = { servedLogRetentionMs: DAY_MS, servedLogLookMs: 0 };
  const second = await server.startSecond({ retrievalTtlMs: 1, cleanUpIntervalMs: 20 }, { housekeeping });
  const left = (await paths()).filter((path) => path === young || path.includes(`${NOW}_`));
  await second.controlPlane.start();
  await expect.poll(() => paths()).toEqual(left);
  await second.close();
});
