import {
  parseInstant,
  TeselaError,
  type EpochMicros,
  type HousekeepingType,
  type TimeRange,
} from "@tesela/core";
import type { HousekeepingPolicy, Job } from "@tesela/registry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, writeEvents } from "./apply.ts";
import { spendOf, USERS } from "./definitions.ts";
import { startDoomedWorker } from "./doomed-worker.ts";
import { openFaultWorld, type FaultWorld } from "./fault-world.ts";
import { startJob, sweepToEnd, sweepUntil } from "./jobs.ts";
import type { Backend } from "./parts.ts";
import { historicalRead, onlineReads, type AppliedView } from "./reads.ts";
import { watchReads } from "./watch-reads.ts";

const day = (of: number) => parseInstant(`2024-01-0${of}T00:00:00Z`);
const days = (from: number, to: number): TimeRange => ({ start: day(from), end: day(to) });
const ASKED = [1, 2, USERS - 1, USERS, USERS + 1];

const events = (factor: string): string => `
select user_id, timestamp '2024-01-01 10:00' + to_days(day::integer) as ts, (2 ** day * ${factor})::bigint as amount
from range(1, ${USERS + 1}) users(user_id), range(4) days(day)`;

const SPINE = `
select user_id::bigint as user_id, timestamp '2024-01-01 12:00' + to_days((day - 1)::integer) as ts
from (values ${ASKED.map((one) => `(${one})`).join(", ")}) users(user_id), range(3, 6) days(day)
order by all`;

const EAGER: HousekeepingPolicy = {
  snapshotRetentionMs: 0,
  cleanupGraceMs: 0,
  smallFileBytes: 1e9,
  mergedFileBytes: 1e10,
  leastFiles: 2,
};
/** Collection is to find something, everything else is to leave all snapshots readable. */
const KEEPING: HousekeepingPolicy = { ...EAGER, snapshotRetentionMs: 1e12 };

interface Case {
  readonly type: HousekeepingType;
  readonly failpoint: string;
  readonly policy: HousekeepingPolicy;
}

const CASES: readonly Case[] = [
  ...["after-claim", "after-merge", "after-swap"].map((failpoint) => ({
    type: "compact" as const,
    failpoint,
    policy: KEEPING,
  })),
  ...["after-doom", "mid-removal", "after-removal"].map((failpoint) => ({
    type: "collect" as const,
    failpoint,
    policy: EAGER,
  })),
  ...["after-commit-1", "after-drop", "mid-push", "after-push"].map((failpoint) => ({
    type: "rebuild" as const,
    failpoint,
    policy: KEEPING,
  })),
];

interface State {
  readonly online: readonly string[];
  readonly history: readonly string[];
  /** The history at each instant; the first ones have expired after a collection. */
  readonly known: readonly (readonly string[] | string)[];
}

describe.each<Backend>(["postgres", "redis"])("housekeeping on %s", (backend) => {
  let world: FaultWorld;
  let count = 0;

  const online = (view: AppliedView): Promise<string[]> => onlineReads(world, view)(ASKED, day(5));
  const known = (view: AppliedView, instant: EpochMicros): Promise<readonly string[] | string> =>
    historicalRead(world, view, SPINE, instant).catch((error: unknown) => codeOf(error));
  const stateOf = async (view: AppliedView, instants: readonly EpochMicros[]): Promise<State> => {
    const all: (readonly string[] | string)[] = [];
    for (const instant of instants) all.push(await known(view, instant));
    return { online: await online(view), history: await historicalRead(world, view, SPINE), known: all };
  };
  const done = async (view: AppliedView, range: TimeRange, isOverwrite = false): Promise<EpochMicros> => {
    expect(await sweepToEnd(world, await startJob(world, view, range, isOverwrite))).toMatchObject({
      state: "SUCCESS",
    });
    return world.registry.clock.now();
  };
  const request = async (view: AppliedView, { type, policy }: Case): Promise<Job> => {
    const { name, generation: generationId } = view;
    const target = { type, workspaceId: world.workspaceId, view: name, generationId };
    const by = { requestedBy: "test", trigger: "manual" } as const;
    const job = await world.registry.housekeeping.request(target, policy, by);
    await world.dispatcher.dispatchAttempt(job.waitingAttempt!);
    return job;
  };

  /** A view of three commits, the last of which overwrites a part of the first. */
  const prepare = async (
    one: Case,
  ): Promise<{ view: AppliedView; instants: readonly EpochMicros[]; before: State }> => {
    await using _worker = await world.startWorker();
    const view = await apply(world, spendOf(`kept_${++count}`), events("1"));
    const instants = [await done(view, days(1, 4))];
    instants.push(await done(view, days(4, 5)));
    await writeEvents(world, view.name, events("3"));
    instants.push(await done(view, days(3, 4), true));
    if (one.type === "collect") {
      await sweepToEnd(world, await request(view, { ...one, type: "compact", policy: KEEPING }));
    }
    return { view, instants, before: await stateOf(view, instants) };
  };

  beforeAll(async () => {
    world = await openFaultWorld(backend);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  // Files know nothing of the servers behind queue and online store: one of them is enough for those.
  const cases = CASES.filter(({ type }) => backend === "postgres" || type === "rebuild");
  test.each(cases)(
    "a worker killed $failpoint of a $type: no read is wrong meanwhile, and the next attempt ends it",
    async (one) => {
      const { view, instants, before } = await prepare(one);
      await using doomed = await startDoomedWorker(world.config, one.failpoint);
      const reads = async (): Promise<readonly string[]> =>
        online(view).catch((error: unknown) => {
          // A rebuild begins with an empty store: none is better than a wrong value.
          if (one.type === "rebuild" && codeOf(error) === "UNAVAILABLE") return before.online;
          throw error;
        });
      const watch = watchReads(reads, before.online, before.online);
      const job = await request(view, one);
      expect(await sweepUntil(world, doomed.death)).toBe("SIGKILL");

      await using _healthy = await world.startWorker();
      const ended = await sweepToEnd(world, job, async () => {
        expect(await historicalRead(world, view, SPINE)).toEqual(before.history);
      });
      expect(await watch.stop()).toEqual([]);
      expect(ended.state).toBe("SUCCESS");
      // On a slow machine a lease can end before the worker does.
      expect(new Set(ended.attempts.slice(0, -1).map(({ state }) => state))).toEqual(new Set(["LOST"]));
      const expired = one.type === "collect" ? ["EXPIRED", "EXPIRED", before.known[2]] : before.known;
      expect(await stateOf(view, instants)).toEqual({ ...before, known: expired });
      await expectCollected(view);
    },
  );

  /** Nothing is left that the ledger does not name; after a collection only what is read is. */
  const expectCollected = async (view: AppliedView): Promise<void> => {
    const collection: Case = { type: "collect", failpoint: "", policy: EAGER };
    for (const _ of [1, 2]) {
      expect(await sweepToEnd(world, await request(view, collection))).toMatchObject({ state: "SUCCESS" });
    }
    const left = new Set<string>();
    const folder = `ws/${world.workspaceId}/${view.name}`;
    for await (const { path } of world.offlineStore.list(folder)) left.add(path);
    const named = (["offline", "online"] as const).map(async (store) => {
      const { files } = await world.registry.ledger.snapshot(view.generation, { store });
      return files.map(({ path }) => path);
    });
    expect(left).toEqual(new Set((await Promise.all(named)).flat()));
  };
});

function codeOf(error: unknown): string {
  if (error instanceof TeselaError) return error.code;
  throw error;
}
