import type { EmbeddedOptions } from "@tesela/platform";
import type { WorkResult } from "../harness/work.ts";
import { openBench } from "./bench.ts";
import { dayStart } from "./events.ts";
import { applyView } from "./views.ts";

const FIRST_EMPTY_DAY = 2;

/** Many jobs of ranges without a row: what a job costs that has nothing to do. */
export async function emptyJobs(
  isQuick: boolean,
  { name, bar, options }: { name: string; bar: number; options: EmbeddedOptions },
): Promise<WorkResult> {
  const jobs = isQuick ? 50 : 300;
  await using bench = await openBench(isQuick, options);
  const source = await bench.events({ name: "jobs", rows: 1_000, days: 1, order: "sorted" });
  const view = await applyView(bench.client, "jobs", source);
  const started = performance.now();
  const ids = [];
  for (let day = FIRST_EMPTY_DAY; day < FIRST_EMPTY_DAY + jobs; day++) {
    ids.push(
      view.triggerMaterializationJob({
        startTime: dayStart(day),
        endTime: dayStart(day + 1),
        online: false,
        offline: true,
      }),
    );
  }
  for (const id of await Promise.all(ids)) await view.waitForMaterializationJob(id);
  const perSecond = jobs / ((performance.now() - started) / 1000);
  return {
    work: `${jobs} empty jobs on ${name}: jobs a second wanted against reached`,
    ratio: bar / perSecond,
    bar: 1,
    held: perSecond >= bar,
    details: { "jobs/s": perSecond, "jobs/s wanted": bar },
  };
}
