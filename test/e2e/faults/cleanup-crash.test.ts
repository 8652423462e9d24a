import { parseInstant } from "@tesela/core";
import type { HousekeepingPolicy, Job } from "@tesela/registry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "./apply.ts";
import { resolved, spendOf, USERS } from "./definitions.ts";
import { startDoomedWorker } from "./doomed-worker.ts";
import { openFaultWorld, type FaultWorld } from "./fault-world.ts";
import { startJob, sweepToEnd, sweepUntil } from "./jobs.ts";
import type { Backend } from "./parts.ts";
import { onlineReads, type AppliedView } from "./reads.ts";
import { watchReads } from "./watch-reads.ts";

const day = (of: number) => parseInstant(`2024-01-0${of}T00:00:00Z`);
const ASKED = [1, USERS, USERS + 1];
const ANSWERS = ["12 2", "12 2", " 0"];
const POLICY: HousekeepingPolicy = {
  snapshotRetentionMs: 1e12,
  cleanupGraceMs: 0,
  smallFileBytes: 0,
  mergedFileBytes: 0,
  leastFiles: 2,
};

const events = `
select user_id, timestamp '2024-01-01 10:00' + to_days(day::integer) as ts, (2 ** day)::bigint as amount
from range(1, ${USERS + 1}) users(user_id), range(4) days(day)`;

describe.each<Backend>(["postgres", "redis"])("the clean-up of a recreated view on %s", (backend) => {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await openFaultWorld(backend);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const materialized = async (view: AppliedView): Promise<void> => {
    const job = await startJob(world, view, { start: day(1), end: day(5) });
    expect(await sweepToEnd(world, job)).toMatchObject({ state: "SUCCESS" });
  };

  const recreated = async ({ name, definition }: AppliedView): Promise<AppliedView> => {
    const { registry, workspaceId } = world;
    const { revision } = await registry.definitions.current(workspaceId);
    const { kind } = definition;
    const change = { action: "recreate", kind, name, definition, fingerprint: "again", resolved } as const;
    const { objects } = await registry.definitions.applyChanges(workspaceId, revision, [change]);
    return { name, definition, generation: objects.find((one) => one.name === name)!.generationId! };
  };

  const cleanup = async ({ name, generation }: AppliedView): Promise<Job> => {
    const target = {
      type: "cleanup",
      workspaceId: world.workspaceId,
      view: name,
      generationId: generation,
    } as const;
    const by = { requestedBy: "test", trigger: "manual" } as const;
    const job = await world.registry.housekeeping.request(target, POLICY, by);
    await world.dispatcher.dispatchAttempt(job.waitingAttempt!);
    return job;
  };

  const online = (view: AppliedView) => onlineReads(world, view)(ASKED, day(5));

  test.each(["after-claim", "after-drop"])(
    "a worker killed %s: the view that is served is never touched, the old data go all the same, once",
    async (failpoint) => {
      const old = await apply(world, spendOf(`cleaned_${failpoint.replace("-", "_")}`), events);
      let served: AppliedView;
      {
        await using _worker = await world.startWorker();
        await materialized(old);
        served = await recreated(old);
        await materialized(served);
      }
      expect([await online(old), await online(served)]).toEqual([ANSWERS, ANSWERS]);
      const watch = watchReads(() => online(served), ANSWERS, ANSWERS);
      await using doomed = await startDoomedWorker(world.config, failpoint);
      const job = await cleanup(old);
      expect(await sweepUntil(world, doomed.death)).toBe("SIGKILL");

      await using _healthy = await world.startWorker();
      expect(await sweepToEnd(world, job)).toMatchObject({ state: "SUCCESS" });
      expect(await watch.stop()).toEqual([]);
      await expect(online(old)).rejects.toMatchObject({ code: "UNAVAILABLE" });
      const filter = { types: ["cleanup"], workspaceId: world.workspaceId } as const;
      expect(await world.registry.housekeeping.plan(filter, POLICY)).toEqual([]);
    },
  );
});
