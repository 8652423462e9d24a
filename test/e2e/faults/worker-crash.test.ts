import { readdirSync } from "node:fs";
import { parseInstant, type TimeRange } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, writeEvents } from "./apply.ts";
import { balanceOf, spendOf, USERS } from "./definitions.ts";
import { startDoomedWorker } from "./doomed-worker.ts";
import { openFaultWorld, type FaultWorld } from "./fault-world.ts";
import { startJob, sweepToEnd } from "./jobs.ts";
import type { Backend } from "./parts.ts";
import { watchReads } from "./watch-reads.ts";
import { historicalRead, onlineReads, type AppliedView } from "./reads.ts";

const FAILPOINTS = [
  "after-claim",
  "after-compute",
  "after-put",
  "after-commit-1",
  "mid-push",
  "after-push",
  "after-commit-2",
];
const day = (of: number) => parseInstant(`2024-01-0${of}T00:00:00Z`);
const days = (from: number, to: number): TimeRange => ({ start: day(from), end: day(to) });

/** Users of the first and of the last batch of a push, and one that has no events. */
const ASKED = [1, 2, USERS - 1, USERS, USERS + 1];

/** On the first four days every user has an event of 1, 2, 4, 8 times the factor that an expression gives. */
const events = (factor = "1", condition = "true"): string => `
select user_id, timestamp '2024-01-01 10:00' + to_days(day::integer) as ts, (2 ** day * ${factor})::bigint as amount
from range(1, ${USERS + 1}) users(user_id), range(4) days(day)
where ${condition}`;

/** Every asked user at noon of some days. */
const spineOf = (of: readonly number[]): string => `
select user_id::bigint as user_id, timestamp '2024-01-01 12:00' + to_days((day - 1)::integer) as ts
from (values ${ASKED.map((one) => `(${one})`).join(", ")}) users(user_id),
  (values ${of.map((one) => `(${one})`).join(", ")}) days(day)
order by all`;

/** What is done to a view after its first range, and what must be seen of it before and after. */
interface Scenario {
  readonly name: string;
  readonly failpoints: readonly string[];
  readonly view: (name: string) => ReturnType<typeof spendOf>;
  readonly first: TimeRange;
  readonly second: TimeRange;
  /** The source before the second job; the same where null. */
  readonly changed: string | null;
  /** Days at whose noon the history is the same throughout. */
  readonly unchangedDays: readonly number[];
}

const extension: Scenario = {
  name: "a job of the next day",
  failpoints: FAILPOINTS,
  view: spendOf,
  first: days(1, 4),
  second: days(4, 5),
  changed: null,
  unchangedDays: [1, 3, 4],
};
const overwrite: Scenario = {
  name: "an overwrite that changes the newest row of some keys and removes that of others",
  // Elsewhere an overwrite does what any job does.
  failpoints: ["after-commit-1", "mid-push", "after-push"],
  view: balanceOf,
  first: days(1, 5),
  second: days(4, 5),
  changed: events("if(day = 3, 100, 1)", "day < 3 or user_id % 2 = 1"),
  unchangedDays: [2, 3, 4],
};

/** What is seen of a view: online at noon of the fifth day, its history, and what the ledger counts. */
interface State {
  readonly online: readonly string[];
  readonly history: readonly string[];
  readonly live: readonly string[];
}

describe.each<Backend>(["postgres", "redis"])("with queue and online store on %s", (backend) => {
  let world: FaultWorld;
  let count = 0;
  beforeAll(async () => {
    world = await openFaultWorld(backend);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const online = (view: AppliedView): Promise<string[]> => onlineReads(world, view)(ASKED, day(5));
  const stateOf = async (view: AppliedView): Promise<State> => ({
    online: await online(view),
    history: await historicalRead(world, view, spineOf([1, 2, 3, 4, 5])),
    live: await liveOf(world, view),
  });

  /** A view with its first range, and its source as the second job is to find it. */
  const prepare = async ({ view, first, changed }: Scenario): Promise<AppliedView> => {
    const applied = await apply(world, view(`view_${++count}`), events());
    const job = await sweepToEnd(world, await startJob(world, applied, first));
    expect(job.state).toBe("SUCCESS");
    if (changed !== null) await writeEvents(world, applied.name, changed);
    return applied;
  };

  describe.each([extension, overwrite])("$name", (scenario) => {
    const { failpoints, second, unchangedDays } = scenario;
    const isOverwrite = scenario === overwrite;
    const views = new Map<string, AppliedView>();
    let clean: State;
    let before: readonly string[];
    let unchanged: readonly string[];

    beforeAll(async () => {
      await using _worker = await world.startWorker();
      const view = await prepare(scenario);
      for (const failpoint of failpoints) views.set(failpoint, await prepare(scenario));
      before = await online(view);
      unchanged = await historicalRead(world, view, spineOf(unchangedDays));
      const job = await sweepToEnd(world, await startJob(world, view, second, isOverwrite));
      expect(job).toMatchObject({ state: "SUCCESS", attempts: [{ number: 1 }] });
      clean = await stateOf(view);
    });

    test("a clean run changes what is online, and its two stores agree", () => {
      const none = isOverwrite ? "" : " 0";
      const [odd, even, unknown] = isOverwrite ? ["800", "4", ""] : ["12 2", "12 2", none];
      expect(clean.online).toEqual([odd, even, odd, even, unknown]);
      expect(clean.online).not.toEqual(before);
      expect(clean.history.filter((_, index) => index % 5 === 4)).toEqual(clean.online);
    });

    test.each(failpoints)(
      "a worker killed %s: nothing is lost, seen half-way, or done twice",
      async (failpoint) => {
        const view = views.get(failpoint)!;
        await using doomed = await startDoomedWorker(world.config, failpoint);
        const watch = watchReads(() => online(view), before, clean.online);
        const job = await startJob(world, view, second, isOverwrite);
        expect(await doomed.death).toBe("SIGKILL");

        await using _healthy = await world.startWorker();
        const ended = await sweepToEnd(world, job, async () => {
          expect(await historicalRead(world, view, spineOf(unchangedDays))).toEqual(unchanged);
        });
        expect(await watch.stop()).toEqual([]);
        expect(ended.state).toBe("SUCCESS");
        const lost = failpoint === "after-commit-2" ? [] : ["LOST"];
        expect(ended.attempts.map(({ state }) => state)).toEqual([...lost, "SUCCESS"]);
        expect(await stateOf(view)).toEqual(clean);
        expect(readdirSync(world.config.tempRoot)).not.toContain(`worker-${doomed.pid}`);
      },
    );
  });
});

/** The live ranges and files of both stores, by range and rows: names of attempts differ between runs. */
async function liveOf({ registry }: FaultWorld, { generation }: AppliedView): Promise<string[]> {
  const stores = (["offline", "online"] as const).map(async (store) => {
    const ranges = await registry.ledger.ranges(generation, store);
    const { files } = await registry.ledger.snapshot(generation, { store });
    const reserved = await registry.ledger.reservations(generation, store);
    return [
      ...ranges.map(({ range, commitSeq }) => `${store} ${range.start}-${range.end} by ${commitSeq}`),
      ...files.map(
        ({ rows, commitSeq, live }) => `${store} file of ${commitSeq}: ${rows} rows, ${live.length} parts`,
      ),
      ...reserved.map(({ jobId }) => `${store} reserved by ${jobId}`),
    ];
  });
  return (await Promise.all(stores)).flat();
}
