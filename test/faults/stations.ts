import { availableParallelism } from "node:os";
import type { Backend } from "../e2e/faults/parts.ts";
import { compileProcesses } from "./processes.ts";
import { runSchedule, type Outcome } from "./run-schedule.ts";
import { scheduleOf } from "./schedule.ts";
import { openStation, type Station } from "./station.ts";

/** How many schedules a station sees: what they leave behind is not to slow down the later ones. */
const SCHEDULES_PER_STATION = 25;

/** Some stations, which are opened as they are needed. */
export interface Stations extends AsyncDisposable {
  /** Runs the schedule of a seed as soon as a station is free. */
  run(seed: number): Promise<Outcome>;
}

interface Used {
  readonly station: Station;
  readonly backend: Backend;
  readonly schedules: number;
}

/**
 * None is open at first. `lanes` is how many schedules run at once; unless given, one more than there are processors,
 * as a schedule waits for leases half of its time.
 */
export async function openStations(pgUrl: string, lanes = availableParallelism() + 1): Promise<Stations> {
  await compileProcesses();
  const gate = gateOf(lanes);
  const free: Used[] = [];
  const take = async (backend: Backend): Promise<Used> => {
    const at = free.findIndex((one) => one.backend === backend);
    if (at >= 0) return free.splice(at, 1)[0]!;
    // While many processes start a server can be too slow to answer the first time.
    const station = await openStation(pgUrl, backend).catch(() => openStation(pgUrl, backend));
    return { station, backend, schedules: 0 };
  };
  return {
    async run(seed) {
      const schedule = scheduleOf(seed);
      using _lane = await gate.enter();
      const used = await take(schedule.backend);
      const { station, backend, schedules } = used;
      let isGood = false;
      try {
        const outcome = await runSchedule(station, schedule);
        isGood = outcome.problems.length === 0;
        return outcome;
      } finally {
        // What is wrong with one is not to be found again in the next.
        if (isGood && schedules + 1 < SCHEDULES_PER_STATION) {
          free.push({ station, backend, schedules: schedules + 1 });
        } else await station[Symbol.asyncDispose]();
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(free.splice(0).map(({ station }) => station[Symbol.asyncDispose]()));
    },
  };
}

/** Lets so many in at once, the others in their order. */
function gateOf(width: number): { enter(): Promise<Disposable> } {
  const waiting: (() => void)[] = [];
  let free = width;
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async enter() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return { [Symbol.dispose]: leave };
    },
  };
}
