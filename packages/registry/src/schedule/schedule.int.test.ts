import { DAY, duration, micros, type ScheduledView } from "@tesela/core";
import { expect, test } from "vitest";
import { createDispatcher } from "../dispatcher/dispatcher.ts";
import { putView } from "../testing/definitions.ts";
import {
  claimed,
  commandFor,
  currentGeneration,
  days,
  oneFile,
  useRegistry,
} from "../testing/registry-under-test.ts";
import type { Job } from "../types/job.ts";

const under = useRegistry();

/** Daily attributes from day 11 on: the first window is [10, 11). */
const view: ScheduledView = {
  kind: "batch",
  online: true,
  offline: true,
  isIncremental: false,
  batchTrigger: "scheduled",
  maxBackfillInterval: null,
  time: {
    grain: DAY,
    schedule: DAY,
    dataDelay: duration(0n),
    featureStart: micros(11n * DAY),
    ttl: null,
    windows: [],
  },
};

async function turnOf(target: { view: string; generationId: number }, day: number) {
  const { revision } = await under.registry.definitions.current(under.workspaceId);
  const { generationId, view: viewName } = target;
  return {
    workspaceId: under.workspaceId,
    revision,
    generationId,
    viewName,
    view,
    now: micros(BigInt(day) * DAY),
  };
}

async function jobsOf(name: string): Promise<Job[]> {
  return (await under.registry.jobs.list(under.workspaceId, { view: name, limit: 100 })).jobs.toReversed();
}

/** Jobs as `10-11 backfill PENDING`, oldest range first. */
async function shown(name: string): Promise<string[]> {
  const jobs = (await jobsOf(name)).toSorted((a, b) => (a.startTime! < b.startTime! ? -1 : 1));
  return jobs.map((job) => `${job.startTime! / DAY}-${job.endTime! / DAY} ${job.trigger} ${job.state}`);
}

async function run(job: Job): Promise<void> {
  const { id, fence } = await claimed(under, job);
  const range = { start: job.startTime!, end: job.endTime! };
  await under.registry.attempts.commitFiles(id, fence, oneFile(`${job.id}.parquet`, range));
  await under.registry.attempts.completePush(id, fence, { onlineEdge: range.end });
}

test("schedulers that take a turn at once make each job once", async () => {
  const target = await under.newView();
  const turn = await turnOf(target, 13);
  const made = await Promise.all(Array.from({ length: 8 }, () => under.registry.schedule.takeTurn(turn)));
  expect(made.flat()).toHaveLength(3);
  expect(await shown(target.view)).toEqual([
    "10-11 backfill PENDING",
    "11-12 backfill PENDING",
    "12-13 backfill PENDING",
  ]);
});

test("after a time away each missed interval has its job; nothing is made twice", async () => {
  const target = await under.newView();
  await under.registry.schedule.takeTurn(await turnOf(target, 11));
  for (const job of await jobsOf(target.view)) await run(job);
  for (const day of [14, 14, 14]) await under.registry.schedule.takeTurn(await turnOf(target, day));
  expect(await shown(target.view)).toEqual([
    "10-11 backfill SUCCESS",
    "11-12 schedule PENDING",
    "12-13 schedule PENDING",
    "13-14 schedule PENDING",
  ]);
});

test("a cancelled or failed range is not made again before it is released", async () => {
  const target = await under.newView();
  await under.registry.schedule.takeTurn(await turnOf(target, 12));
  const [first, second] = await jobsOf(target.view);
  await under.registry.jobs.cancel(under.workspaceId, first!.id);
  const { id, fence } = await claimed(under, second!);
  await under.registry.attempts.fail(id, fence, { code: "VALUE_ERROR", message: "bad" });
  expect(await under.registry.schedule.takeTurn(await turnOf(target, 12))).toEqual([]);
  const { offline } = await under.registry.coverage.read(target.generationId);
  expect(new Set(offline.held.map(({ isCancelled }) => isCancelled))).toEqual(new Set([false, true]));
  expect(await under.registry.schedule.release(target.generationId, days(10, 11))).toBe(1);
  expect(await under.registry.schedule.takeTurn(await turnOf(target, 12))).toHaveLength(1);
  expect(await under.registry.schedule.release(target.generationId, null)).toBe(1);
  expect(await under.registry.schedule.takeTurn(await turnOf(target, 12))).toHaveLength(1);
});

test("a turn of a workspace that has moved on, or of a view that was recreated, makes nothing", async () => {
  const target = await under.newView();
  const turn = await turnOf(target, 12);
  await under.apply(putView(target.view, "recreate", "f2"));
  expect(await under.registry.schedule.takeTurn(turn)).toEqual([]);
  expect(await under.registry.schedule.takeTurn(await turnOf(target, 12))).toEqual([]);
  const generationId = await currentGeneration(under, target.view);
  expect(await under.registry.schedule.takeTurn(await turnOf({ ...target, generationId }, 12))).toHaveLength(
    2,
  );
});

test("why a look at a view has failed is kept until one is well", async () => {
  const target = await under.newView();
  const failure = { code: "INTERNAL" as const, message: "broken" };
  await under.registry.schedule.failed(target.generationId, failure);
  expect(await under.registry.schedule.failure(target.generationId)).toMatchObject(failure);
  await under.registry.schedule.takeTurn(await turnOf(target, 9));
  expect(await under.registry.schedule.failure(target.generationId)).toBeNull();
});

test("of each view one interval and one part of history run at once, and users come first", async () => {
  await under.query("update attempt set state = 'CANCELLED' where state is null or state = 'RUNNING'");
  const [a, b] = [await under.newView(), await under.newView()];
  await under.registry.schedule.takeTurn(await turnOf(a, 11));
  for (const job of await jobsOf(a.view)) await run(job);
  await under.registry.schedule.takeTurn(await turnOf(a, 13));
  await under.registry.schedule.takeTurn(await turnOf(b, 13));
  const asked = await under.registry.jobs.trigger(commandFor(under, await under.newView(), days(0, 1)));
  const sent: string[] = [];
  const queue = { send: async (_: string, { id }: { readonly id: string }) => void sent.push(id) };
  const dispatcher = createDispatcher({ registry: under.registry, queue });
  await Promise.all([dispatcher.dispatch(), dispatcher.dispatch()]);
  const oldest = (await jobsOf(a.view)).find(({ startTime }) => startTime === 11n * DAY)!;
  const newest = (await jobsOf(b.view)).find(({ startTime }) => startTime === 12n * DAY)!;
  expect(sent).toEqual([asked, oldest, newest].map((job) => job.waitingAttempt!.id));

  const second = (await jobsOf(a.view)).find(({ startTime }) => startTime === 12n * DAY)!;
  await claimed(under, oldest);
  const { id, fence } = second.waitingAttempt!;
  expect(await under.registry.attempts.claim(id, fence, "worker-2", 60_000)).toBeNull();
  expect((await under.registry.jobs.get(under.workspaceId, second.id)).state).toBe("PENDING");
});
