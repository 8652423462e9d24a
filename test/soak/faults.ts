import { startPostgres } from "@tesela/test/support";
import { openStations, type Stations } from "../faults/stations.ts";

/** How many fault schedules, or for how long; which seed comes first, and how many run at once. */
export interface FaultSoak {
  readonly schedules: number;
  /** `null` is no bound. */
  readonly minutes: number | null;
  readonly seed: number;
  readonly lanes: number;
}

/** Runs fault schedules; says whether all went well, and prints the seeds of those that did not. */
export async function soakFaults({ schedules, minutes, seed: first, lanes }: FaultSoak): Promise<boolean> {
  const began = performance.now();
  const deadline = minutes === null ? Infinity : began + minutes * 60_000;
  const postgres = await startPostgres();
  const stations = await openStations(postgres.url, lanes);
  const failed: number[] = [];
  let next = first;
  const runLane = async (): Promise<void> => {
    while (next < first + schedules && performance.now() < deadline) {
      const seed = next++;
      if (!(await soakSchedule(stations, seed).catch(notRun))) failed.push(seed);
    }
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
  await stations[Symbol.asyncDispose]();
  await postgres.stop();
  const done = next - first;
  const each = ((performance.now() - began) / 1_000 / done).toFixed(1);
  const seeds = failed.length === 0 ? "" : `: ${failed.join(", ")}`;
  console.log(`${done} schedules, ${each} s for each; ${failed.length} failed${seeds}`);
  return failed.length === 0;
}

/** The platform of a schedule did not even start. */
function notRun(error: unknown): false {
  console.log(String(error));
  return false;
}

async function soakSchedule(stations: Stations, seed: number): Promise<boolean> {
  const began = performance.now();
  const ran = await stations.run(seed);
  const { schedule, problems, reads, refused, deaths, freezes, commits } = ran;
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const counts = `${commits} commits, ${deaths} deaths, ${freezes} freezes, ${reads} reads (${refused} refused)`;
  const memory = `${Math.round(process.memoryUsage().rss / 1e6)} MB`;
  console.log(`seed ${seed} on ${schedule.backend}: ${counts}, ${seconds} s, ${memory}`);
  if (problems.length === 0) return true;
  console.log(JSON.stringify(schedule));
  for (const problem of problems.slice(0, 10)) console.log(`  ${problem}`);
  return false;
}
