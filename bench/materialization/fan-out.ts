import type { FeatureView } from "@tesela/sdk";
import type { WorkResult } from "../harness/work.ts";
import { materialize, openBench, type Bench } from "./bench.ts";
import { costsOf, median } from "./cost.ts";
import { dayStart } from "./events.ts";
import { applyView } from "./views.ts";

const DAYS = 30;
/** At least 1.4 times as fast. */
const BAR = 1 / 1.4;
const CPU_BAR = 1.25;

/** One big job on two workers against one, each with DuckDB at one thread. */
export async function fanOut(isQuick: boolean): Promise<WorkResult> {
  const rows = isQuick ? 3_000_000 : 10_000_000;
  await using two = await openBench(isQuick, { workers: 2, workerThreads: 1 });
  await using one = await openBench(isQuick, { workers: 1, workerThreads: 1 });
  const sides = [await prepare(two, rows), await prepare(one, rows)] as const;
  const costs = await costsOf(isQuick ? 3 : 5, ...sides);
  const ratio = median(costs.map(({ one, other }) => one.seconds / other.seconds));
  const cpu = median(costs.map(({ one, other }) => one.cpuSeconds / other.cpuSeconds));
  return {
    work: `${rows.toLocaleString("en")} rows on two workers against one, time`,
    ratio,
    bar: BAR,
    held: ratio <= BAR && cpu <= CPU_BAR,
    details: {
      "CPU ratio": cpu,
      "seconds of two": median(costs.map(({ one }) => one.seconds)),
      "seconds of one": median(costs.map(({ other }) => other.seconds)),
    },
  };
}

async function prepare(bench: Bench, rows: number): Promise<() => Promise<void>> {
  const source = await bench.events({ name: "fan_out", rows, days: DAYS, order: "sorted" });
  const view: FeatureView = await applyView(bench.client, "fan_out", source);
  const job = (): Promise<void> => materialize(view, dayStart(0), dayStart(DAYS));
  await job();
  return job;
}
