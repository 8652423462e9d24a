import type { EmbeddedOptions } from "@tesela/platform";
import type { FeatureView } from "@tesela/sdk";
import type { WorkResult } from "../harness/work.ts";
import { openBench } from "./bench.ts";
import { dayStart } from "./events.ts";
import { applyView } from "./views.ts";

const FIRST_EMPTY_DAY = 2;

/** How many clients ask for jobs at once, each for the next when its last one has been made. */
const LANES = 20;

/** Many jobs of ranges without a row: what a job costs that has nothing to do. */
export async function emptyJobs(
  isQuick: boolean,
  { name, bar, options }: { name: string; bar: number; options: EmbeddedOptions },
): Promise<WorkResult> {
  const jobs = isQuick ? 50 : 500;
  await using bench = await openBench(isQuick, options);
  const source = await bench.events({ name: "jobs", rows: 1_000, days: 1, order: "sorted" });
  const view = await applyView(bench.client, "jobs", source);
  const started = performance.now();
  const days = Array.from({ length: jobs }, (_, index) => FIRST_EMPTY_DAY + index).values();
  const lanes = Array.from({ length: LANES }, () => runLane(view, days));
  await Promise.all(lanes);
  const perSecond = jobs / ((performance.now() - started) / 1000);
  return {
    work: `${jobs} empty jobs on ${name}: jobs a second wanted against reached`,
    ratio: bar / perSecond,
    bar: 1,
    held: perSecond >= bar,
    details: { "jobs/s": perSecond, "jobs/s wanted": bar },
  };
}

/** Asks for a job a day, and waits for all of them when there are no more days. */
async function runLane(view: FeatureView, days: Iterator<number>): Promise<void> {
  const ids = [];
  for (let next = days.next(); next.done !== true; next = days.next()) {
    const range = { startTime: dayStart(next.value), endTime: dayStart(next.value + 1) };
    ids.push(await view.triggerMaterializationJob({ ...range, online: false, offline: true }));
  }
  for (const id of ids) await view.waitForMaterializationJob(id);
}
