import { setTimeout } from "node:timers/promises";
import { act, clockDay } from "./act.ts";
import { aftermath } from "./aftermath.ts";
import { readCommits, type ReadCommit } from "./commits.ts";
import { judge } from "./judge.ts";
import { scheduleOf, VIEWS, type FaultSchedule } from "./schedule.ts";
import { fillGaps, refreshStale, untilQuiet } from "./settle.ts";
import { observe, watch, type Observation } from "./watch.ts";
import { openWorld, type World } from "./world.ts";

/** What a schedule came to. */
export interface Outcome {
  readonly schedule: FaultSchedule;
  /** Empty when all is well. */
  readonly problems: readonly string[];
  readonly reads: number;
  /** Reads that gave no answer, of all. */
  readonly refused: number;
  readonly deaths: number;
  readonly freezes: number;
  readonly commits: number;
}

/** Runs the schedule of a seed on a platform of its own, on a database server that is given. */
export async function runSchedule(pgUrl: string, seed: number): Promise<Outcome> {
  const schedule = scheduleOf(seed);
  await using world = await openWorld(pgUrl, schedule);
  const problems: string[] = [];
  const watching = watch(world);
  const guarded = async (work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => problems.push(String(error)));
  };
  await guarded(async () => {
    for (const { step, pauseMs } of schedule.steps) {
      await act(world, step);
      await setTimeout(pauseMs);
    }
    await untilQuiet(world);
    await fillGaps(world);
    await refreshStale(world);
  });
  const observations = await watching.stop();
  const commits = await allCommits(world, problems);
  const canLoseOnline = schedule.backend === "redis";
  problems.push(...judge(observations, commits, { canLoseOnline }));
  if (problems.length === 0) await guarded(async () => problems.push(...(await judgeEnd(world, commits))));
  return outcomeOf(world, schedule, problems, observations, commits);
}

async function allCommits(
  world: World,
  problems: string[],
): Promise<ReadonlyMap<string, readonly ReadCommit[]>> {
  const commits = new Map<string, readonly ReadCommit[]>();
  for (const name of VIEWS) commits.set(name, await readCommits(world, world.views[name], problems));
  return commits;
}

/** When all is quiet both stores answer up to the clock, and nothing is missing or there twice. */
async function judgeEnd(
  world: World,
  commits: ReadonlyMap<string, readonly ReadCommit[]>,
): Promise<string[]> {
  const clock = await clockDay(world);
  const days = Array.from({ length: clock - 2 }, (_, index) => index + 3);
  const last: Observation[] = [];
  for (const name of VIEWS) {
    last.push(await untilAnswered(() => observe(world, world.views[name], "online")));
    last.push(await untilAnswered(() => observe(world, world.views[name], "offline", days)));
  }
  return [...judge(last, commits, { canLoseOnline: false, days }), ...(await aftermath(world))];
}

const LONGEST_LOSS_MS = 90_000;

/** A lost online store comes back by itself. */
async function untilAnswered(read: () => Promise<Observation>): Promise<Observation> {
  const deadline = performance.now() + LONGEST_LOSS_MS;
  for (;;) {
    const found = await read();
    if (typeof found.answer !== "string" || performance.now() > deadline) return found;
    await setTimeout(500);
  }
}

function outcomeOf(
  { workers, controlPlanes }: World,
  schedule: FaultSchedule,
  problems: readonly string[],
  observations: readonly Observation[],
  commits: ReadonlyMap<string, readonly ReadCommit[]>,
): Outcome {
  const slots = [...workers, ...controlPlanes];
  return {
    schedule,
    problems,
    reads: observations.length,
    refused: observations.filter(({ answer }) => typeof answer === "string").length,
    deaths: slots.reduce((sum, slot) => sum + slot.deaths, 0),
    freezes: slots.reduce((sum, slot) => sum + slot.freezes, 0),
    commits: [...commits.values()].reduce((sum, { length }) => sum + length, 0),
  };
}
