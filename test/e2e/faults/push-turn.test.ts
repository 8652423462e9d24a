import { parseInstant, type TimeRange } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "./apply.ts";
import { spendOf, USERS } from "./definitions.ts";
import { startDoomedWorker } from "./doomed-worker.ts";
import { openFaultWorld, type FaultWorld } from "./fault-world.ts";
import { startJob, sweepToEnd } from "./jobs.ts";
import type { Backend } from "./parts.ts";

const day = (of: number) => parseInstant(`2024-01-0${of}T00:00:00Z`);
const days = (from: number, to: number): TimeRange => ({ start: day(from), end: day(to) });

const events = `
select user_id, timestamp '2024-01-01 10:00' + to_days(day::integer) as ts, (2 ** day)::bigint as amount
from range(1, ${USERS + 1}) users(user_id), range(4) days(day)`;

describe.each<Backend>(["postgres", "redis"])("pushes of a view on %s", (backend) => {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await openFaultWorld(backend);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test("the only worker, which waits for the push of a lost one, does that push itself", async () => {
    const view = await apply(world, spendOf("waited_for"), events);
    await using doomed = await startDoomedWorker(world.config, "after-commit-1");
    const lost = await startJob(world, view, days(1, 4));
    expect(await doomed.death).toBe("SIGKILL");
    // Before the lease of the dead one is over: this job is claimed first, and its commit comes second.
    await using _only = await world.startWorker();
    const next = await startJob(world, view, days(4, 5));
    expect(await sweepToEnd(world, next)).toMatchObject({
      state: "SUCCESS",
      attempts: [{ number: 1, state: "SUCCESS" }],
    });
    const ended = await sweepToEnd(world, lost);
    expect(ended.attempts.map(({ state }) => state)).toEqual(["LOST", "SUCCESS"]);
  });
});
