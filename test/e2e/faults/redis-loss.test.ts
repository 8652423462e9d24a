import { setTimeout } from "node:timers/promises";
import { parseInstant, TeselaError, type TimeRange } from "@tesela/core";
import type { HousekeepingTarget } from "@tesela/registry";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRedisSlot, type RedisSlot } from "../../faults/redis-slot.ts";
import { apply } from "./apply.ts";
import { balanceOf, spendOf, USERS } from "./definitions.ts";
import { openFaultWorld, type FaultWorld } from "./fault-world.ts";
import { startJob, sweepToEnd } from "./jobs.ts";
import { onlineReads, type AppliedView } from "./reads.ts";

const day = (of: number) => parseInstant(`2024-01-0${of}T00:00:00Z`);
const days = (from: number, to: number): TimeRange => ({ start: day(from), end: day(to) });
const ASKED = [1, USERS, USERS + 1];
const INTERVALS = { compact: 0, collect: 0, cleanup: 0, rebuild: 60_000 };
const POLICY = {
  snapshotRetentionMs: 1e12,
  cleanupGraceMs: 0,
  smallFileBytes: 0,
  mergedFileBytes: 0,
  leastFiles: 2,
};
const LONGEST_MS = 60_000;

const events = `
select user_id, timestamp '2024-01-01 10:00' + to_days(day::integer) as ts, (2 ** day)::bigint as amount
from range(1, ${USERS + 1}) users(user_id), range(4) days(day)`;

let world: FaultWorld;
let redis: RedisSlot;
beforeAll(async () => {
  // A server of its own, so that all of it can be lost.
  redis = await startRedisSlot();
  world = await openFaultWorld("redis", redis.url);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

const read = (view: AppliedView): Promise<string[] | string> =>
  onlineReads(world, view)(ASKED, day(5)).catch((error: unknown) => {
    if (error instanceof TeselaError) return error.code;
    throw error;
  });

/** What housekeeping finds lost, once the workers have seen it. */
async function lostViews(): Promise<HousekeepingTarget[]> {
  const deadline = performance.now() + LONGEST_MS;
  for (;;) {
    const lost = await world.registry.housekeeping.lost(INTERVALS);
    if (lost.length > 0 || performance.now() > deadline) return lost;
    await setTimeout(200);
  }
}

test("after kill -9 of a Redis that keeps nothing queue and online store come back, and no read is wrong meanwhile", async () => {
  const { registry, dispatcher } = world;
  const [idle, busy] = [
    await apply(world, spendOf("idle"), events),
    await apply(world, balanceOf("busy"), events),
  ];
  {
    await using _worker = await world.startWorker();
    for (const view of [idle, busy]) {
      expect(await sweepToEnd(world, await startJob(world, view, days(1, 4)))).toMatchObject({
        state: "SUCCESS",
      });
    }
  }
  const before = await read(idle);
  expect(before).toEqual(["6 2", "6 2", " 0"]);
  const waiting = await startJob(world, busy, days(4, 5));
  await redis.kill();
  expect([await read(idle), await read(busy)]).toEqual(["UNAVAILABLE", "UNAVAILABLE"]);

  await using _worker = await world.startWorker();
  // The message is gone; the ledger knows the attempt. Its push brings everything again.
  expect(await sweepToEnd(world, waiting)).toMatchObject({ state: "SUCCESS", attempts: [{ number: 1 }] });
  expect(await read(busy)).toEqual(["8", "8", ""]);

  // Nobody pushes to the other view: a worker compares its marker with the ledger.
  const lost = await lostViews();
  expect(lost).toMatchObject([{ type: "rebuild", view: "idle" }]);
  const by = { requestedBy: "", trigger: "system" } as const;
  const rebuild = await registry.housekeeping.request(lost[0]!, POLICY, by);
  expect(await registry.housekeeping.lost(INTERVALS)).toEqual([]);
  await dispatcher.dispatchAttempt(rebuild.waitingAttempt!);
  const ended = await sweepToEnd(world, rebuild, async () => {
    expect(["UNAVAILABLE", JSON.stringify(before)]).toContain(await read(idle).then(textOf));
  });
  expect(ended).toMatchObject({ state: "SUCCESS", type: "rebuild" });
  expect(await read(idle)).toEqual(before);
  expect(await registry.housekeeping.lost({ ...INTERVALS, rebuild: 0 })).toEqual([]);
});

function textOf(answer: string[] | string): string {
  return typeof answer === "string" ? answer : JSON.stringify(answer);
}
