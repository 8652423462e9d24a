import { parseInstant, type TimeRange } from "@tesela/core";
import { hideKeys } from "@tesela/online-store";
import type { Deletion, Job } from "@tesela/registry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "./apply.ts";
import { balanceOf, compiled, spendOf, user, USERS } from "./definitions.ts";
import { startDoomedWorker } from "./doomed-worker.ts";
import { query } from "./duckdb.ts";
import { openFaultWorld, type FaultWorld } from "./fault-world.ts";
import { startJob, sweepToEnd } from "./jobs.ts";
import type { Backend } from "./parts.ts";
import { historicalRead, onlineReads, type AppliedView } from "./reads.ts";
import { watchReads } from "./watch-reads.ts";

const OFFLINE = ["after-claim", "after-rewrite", "after-swap", "mid-remove", "after-commit-2"];
const ONLINE = ["after-claim", "after-hide", "mid-remove", "after-commit-2"];
const DELETED = [1, USERS];
const ASKED = [...DELETED, 2, USERS - 1];
const day = (of: number) => parseInstant(`2024-01-0${of}T00:00:00Z`);
const DAYS: TimeRange = { start: day(1), end: day(5) };

const events = `
select user_id, timestamp '2024-01-01 10:00' + to_days(day::integer) as ts, (2 ** day)::bigint as amount
from range(1, ${USERS + 1}) users(user_id), range(4) days(day)`;

const spine = `
select user_id::bigint as user_id, timestamp '2024-01-05 00:00' as ts
from (values ${ASKED.map((one) => `(${one})`).join(", ")}) users(user_id)`;

describe.each<Backend>(["postgres", "redis"])("a deletion of keys on %s", (backend) => {
  let world: FaultWorld;
  let count = 0;
  beforeAll(async () => {
    world = await openFaultWorld(backend);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const materialized = async (of: typeof spendOf): Promise<AppliedView> => {
    await using _worker = await world.startWorker();
    const view = await apply(world, of(`view_${++count}`), events);
    const job = await sweepToEnd(world, await startJob(world, view, DAYS));
    expect(job.state).toBe("SUCCESS");
    return view;
  };

  /** What the control plane does before it acknowledges. */
  const deleteKeys = async ({ name, generation, definition }: AppliedView): Promise<Deletion> => {
    const { registry, workspaceId, onlineStore: store } = world;
    const view = compiled(definition);
    const deletion = await registry.deletions.create({
      workspaceId,
      generationId: generation,
      view: name,
      joinKeys: user.joinKeys,
      keys: DELETED.map((id) => [BigInt(id)]),
      online: true,
      offline: true,
      requestedBy: "test",
    });
    const keys = await registry.deletions.onlineKeys(deletion.id, view.joinKeys);
    const hiding = { isCleaned: false, stamps: registry.deletions };
    await hideKeys({ store, view, workspaceId, generation }, keys, hiding);
    return deletion;
  };

  /** Rows of deleted keys in all files of the offline store. */
  const rowsOnDisk = async ({ name }: AppliedView): Promise<unknown> => {
    const files = `${world.config.offline}/ws/${world.workspaceId}/${name}/**/*.parquet`;
    const [row] = await query(
      `select count(*)::integer from read_parquet('${files}') where user_id in (${DELETED.join(", ")})`,
    );
    return row![0];
  };

  const { of, none } = backend === "postgres" ? { of: spendOf, none: " 0" } : { of: balanceOf, none: "" };

  /** How the jobs have ended, and how many rows of deleted keys are left on the disk. */
  const crash = async (store: "online" | "offline", failpoint: string): Promise<unknown[]> => {
    const view = await materialized(of);
    const online = () => onlineReads(world, view)(ASKED, day(5));
    const before = await online();
    const { jobs } = await deleteKeys(view);
    const expected = [none, none, ...before.slice(2)];
    expect(await online()).toEqual(expected);
    const watch = watchReads(online, expected, expected);
    const job = jobs.find((one) => one[store])!;
    await using doomed = await startDoomedWorker(world.config, failpoint);
    await world.dispatcher.dispatchAttempt(job.waitingAttempt!);
    expect(await doomed.death).toBe("SIGKILL");
    await using _healthy = await world.startWorker();
    const ended: Job[] = [];
    for (const one of jobs) {
      ended.push(
        await sweepToEnd(world, one, async () => {
          expect(await historicalRead(world, view, spine)).toEqual(expected);
        }),
      );
    }
    expect(await watch.stop()).toEqual([]);
    expect(await online()).toEqual(expected);
    expect(await historicalRead(world, view, spine)).toEqual(expected);
    return [...ended.map(({ state }) => state), await rowsOnDisk(view)];
  };

  // Files know nothing of the online store: once is enough.
  test.each(backend === "postgres" ? OFFLINE : [])(
    "a worker killed %s while it rewrites files: nothing shows the keys",
    async (failpoint) => expect(await crash("offline", failpoint)).toEqual(["SUCCESS", "SUCCESS", 0]),
  );
  test.each(ONLINE)(
    "a worker killed %s while it cleans the online store: nothing shows the keys",
    async (failpoint) => expect(await crash("online", failpoint)).toEqual(["SUCCESS", "SUCCESS", 0]),
  );
});
