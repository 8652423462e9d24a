import { startPostgres } from "@tesela/test/support";
import { runSchedule } from "../faults/run-schedule.ts";

/** How many fault schedules, or for how long; which seed comes first. */
export interface FaultSoak {
  readonly schedules: number;
  /** `null` is no bound. */
  readonly minutes: number | null;
  readonly seed: number;
}

/** Runs fault schedules one after the other; says whether all went well, and prints the seeds of those that did not. */
export async function soakFaults({ schedules, minutes, seed: first }: FaultSoak): Promise<boolean> {
  const deadline = minutes === null ? Infinity : performance.now() + minutes * 60_000;
  const postgres = await startPostgres();
  const failed: number[] = [];
  let done = 0;
  for (let seed = first; done < schedules && performance.now() < deadline; seed++, done++) {
    if (!(await soakSchedule(postgres.url, seed))) failed.push(seed);
  }
  await postgres.stop();
  console.log(
    `${done} schedules, ${failed.length} failed${failed.length === 0 ? "" : `: ${failed.join(", ")}`}`,
  );
  return failed.length === 0;
}

async function soakSchedule(postgresUrl: string, seed: number): Promise<boolean> {
  const began = performance.now();
  const ran = await runSchedule(postgresUrl, seed);
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
