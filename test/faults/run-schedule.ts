import { setTimeout } from "node:timers/promises";
import { act, clockDay } from "./act.ts";
import { aftermath } from "./aftermath.ts";
import { readCommits, type ReadCommit } from "./commits.ts";
import { judge } from "./judge.ts";
import { VIEWS, type FaultSchedule } from "./schedule.ts";
import { fillGaps, refreshStale, untilQuiet } from "./settle.ts";
import type { Station } from "./station.ts";
import { putSpine } from "../e2e/faults/reads.ts";
import { observeHistory, observeOnline, spineSql, watch, type Observation } from "./watch.ts";
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

/** Runs a schedule at a station, in a workspace of its own. */
export async function runSchedule(station: Station, schedule: FaultSchedule): Promise<Outcome> {
  const before = losses(station);
  await using world = await openWorld(station, schedule);
  const problems: string[] = [];
  const watching = await watch(world);
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
  const canLoseOnline = schedule.backend === "redis" || isSeldomUnanswered(observations);
  problems.push(...judge(observations, commits, { canLoseOnline }));
  if (problems.length === 0) await guarded(async () => problems.push(...(await judgeEnd(world, commits))));
  const after = losses(station);
  return {
    schedule,
    problems,
    reads: observations.length,
    refused: observations.filter(({ answer }) => typeof answer === "string").length,
    deaths: after.deaths - before.deaths,
    freezes: after.freezes - before.freezes,
    commits: [...commits.values()].reduce((sum, { length }) => sum + length, 0),
  };
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
  const spine = await putSpine(world, spineSql(days));
  const last: Observation[] = [];
  for (const name of VIEWS) {
    last.push(await untilAnswered(() => observeOnline(world, world.views[name])));
    last.push(await untilAnswered(() => observeHistory(world, world.views[name], spine)));
  }
  return [...judge(last, commits, { canLoseOnline: false, days }), ...(await aftermath(world))];
}

const SELDOM = 0.1;

/** Postgres loses nothing, but on a busy machine a connection to it can come too late. */
function isSeldomUnanswered(observations: readonly Observation[]): boolean {
  const online = observations.filter(({ store }) => store === "online");
  return online.filter(({ answer }) => typeof answer === "string").length <= online.length * SELDOM;
}

const LONGEST_LOSS_MS = 180_000;

/** A lost online store comes back by itself. */
async function untilAnswered(read: () => Promise<Observation>): Promise<Observation> {
  const deadline = performance.now() + LONGEST_LOSS_MS;
  for (;;) {
    const found = await read();
    if (typeof found.answer !== "string" || performance.now() > deadline) return found;
    await setTimeout(500);
  }
}

/** How often processes of a station have died and stood still so far. */
function losses({ workers, controlPlanes }: Station): Pick<Outcome, "deaths" | "freezes"> {
  const slots = [...workers, ...controlPlanes];
  return {
    deaths: slots.reduce((sum, slot) => sum + slot.deaths, 0),
    freezes: slots.reduce((sum, slot) => sum + slot.freezes, 0),
  };
}
