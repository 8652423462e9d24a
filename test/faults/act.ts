import { setTimeout } from "node:timers/promises";
import { formatInstant, isFinal, type JobState } from "@tesela/core";
import type { Job } from "@tesela/registry";
import { LAST_CLOCK_DAY, type Step, type ViewName } from "./schedule.ts";
import { dayOf, MOST_VERSIONS, writeSource } from "./source-days.ts";
import { FAULTED_CONNECTIONS, type Reply } from "./station.ts";
import { clockOf, type World } from "./world.ts";

/** How long a full disk stays full. */
const FULL_MS = 1_000;

/** Does a step; what the platform refuses is refused. */
export async function act(world: World, step: Step): Promise<void> {
  switch (step.kind) {
    case "overwrite":
      return void (await overwrite(world, step.view, step.from, step.to));
    case "late":
      return changeSource(world, step.view, step.day);
    case "cancel":
      return onNewestJob(world, step.view, "cancelJob", (state) => !isFinal(state));
    case "retry":
      return onNewestJob(world, step.view, "retryJob", (state) => isFinal(state) && state !== "SUCCESS");
    case "refill":
      return void (await world.call("refill", { workspace: world.workspace, name: step.view }));
    case "nextDay":
      return nextDay(world);
    case "killWorker":
      return world.workers[step.slot]!.kill();
    case "freezeWorker":
      return world.workers[step.slot]!.freeze();
    case "killControlPlane":
      return world.controlPlanes[step.slot]!.kill();
    case "killRedis":
      return world.redis?.kill();
    case "flushRedis":
      return world.redis?.flush();
    case "dropRedis":
      return world.redis?.dropConnections();
    case "pauseRedis":
      return world.redis?.pause();
    case "dropPostgres":
      return dropPostgres(world);
    case "fillDisk":
      return fillDisk(world);
  }
}

/** Materializes days anew, the last one not among them. */
export function overwrite(world: World, name: ViewName, from: number, to: number): Promise<Reply | null> {
  const range = { startTime: formatInstant(clockOf(from)), endTime: formatInstant(clockOf(to)) };
  return world.call("triggerJob", { workspace: world.workspace, name }, { ...range, overwrite: true });
}

/** The jobs of a view, the newest first. */
export async function jobsOf({ registry, workspaceId }: World, view: ViewName): Promise<readonly Job[]> {
  return (await registry.jobs.list(workspaceId, { view, limit: 1_000 })).jobs;
}

/** The day that the platform clock shows. */
export async function clockDay({ registry }: World): Promise<number> {
  return dayOf(await registry.clock.now());
}

async function changeSource(world: World, name: ViewName, day: number): Promise<void> {
  const { sources } = world.views[name];
  const newest = sources.at(-1)!;
  if (newest[day - 1]! + 1 >= MOST_VERSIONS) return;
  const changed = newest.with(day - 1, newest[day - 1]! + 1);
  // Known before it is there: whoever reads it in between is right.
  sources.push(changed);
  await writeSource(world, name, changed);
}

async function onNewestJob(
  world: World,
  view: ViewName,
  route: "cancelJob" | "retryJob",
  fits: (state: JobState) => boolean,
): Promise<void> {
  const job = (await jobsOf(world, view)).find(({ state }) => fits(state));
  if (job !== undefined) await world.call(route, { workspace: world.workspace, id: job.id });
}

async function nextDay(world: World): Promise<void> {
  const day = await clockDay(world);
  if (day < LAST_CLOCK_DAY) await world.registry.clock.freeze(clockOf(day + 1));
}

/** Ends every connection of the processes to the database, whatever they do with it. */
async function dropPostgres({ pool }: World): Promise<void> {
  await pool.query(
    `select pg_terminate_backend(pid)
    from pg_stat_activity
    where datname = current_database() and application_name = $1`,
    [FAULTED_CONNECTIONS],
  );
}

async function fillDisk({ disk }: World): Promise<void> {
  if (disk === null) return;
  await using _filled = await disk.fill();
  await setTimeout(FULL_MS);
}
