/**
 * Runs fault schedules one after the other, a thousand unless told: `--schedules <count>`, `--minutes <count>`,
 * `--seed <first>`. Prints a line for each, and the seeds of those that went wrong.
 */
import { parseArgs } from "node:util";
import { startPostgres } from "@tesela/test/support";
import { runSchedule } from "../faults/run-schedule.ts";

const { values } = parseArgs({
  options: { schedules: { type: "string" }, minutes: { type: "string" }, seed: { type: "string" } },
});
const isTimed = values.minutes !== undefined;
const most = Number(values.schedules ?? (isTimed ? Infinity : 1_000));
const deadline = isTimed ? performance.now() + Number(values.minutes) * 60_000 : Infinity;
const first = Number(values.seed ?? 1);

// What this process has started ends with it.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const postgres = await startPostgres();
const failed: number[] = [];
let done = 0;
for (let seed = first; done < most && performance.now() < deadline; seed++, done++) {
  const began = performance.now();
  const { schedule, problems, reads, refused, deaths, freezes, commits } = await runSchedule(
    postgres.url,
    seed,
  );
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const counts = `${commits} commits, ${deaths} deaths, ${freezes} freezes, ${reads} reads (${refused} refused)`;
  const memory = `${Math.round(process.memoryUsage().rss / 1e6)} MB`;
  console.log(`seed ${seed} on ${schedule.backend}: ${counts}, ${seconds} s, ${memory}`);
  if (problems.length === 0) continue;
  failed.push(seed);
  console.log(JSON.stringify(schedule));
  for (const problem of problems.slice(0, 10)) console.log(`  ${problem}`);
}
await postgres.stop();
console.log(
  `${done} schedules, ${failed.length} failed${failed.length === 0 ? "" : `: ${failed.join(", ")}`}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
