import type { WorkResult } from "../harness/work.ts";
import { materialize, type Bench } from "./bench.ts";
import { costOf } from "./cost.ts";
import { dayStart } from "./events.ts";
import { applyView } from "./views.ts";

const FACTOR = 5;
const DAYS = 30;
const BAR = 5.5;
/** How much more memory five times the rows may take and still be called flat. */
const FLAT = 1.25;

/** Five times the rows in at most 5.5 times the time, with the same memory: the days grow, a day's rows stay. */
export async function growth(bench: Bench): Promise<WorkResult> {
  const rows = bench.isQuick ? 600_000 : 10_000_000;
  const small = await costFor(bench, "growth_small", rows, DAYS);
  const large = await costFor(bench, "growth_large", rows * FACTOR, DAYS * FACTOR);
  const ratio = large.seconds / small.seconds;
  const memory = large.peakMegabytes / small.peakMegabytes;
  return {
    work: `${(rows * FACTOR).toLocaleString("en")} rows against ${rows.toLocaleString("en")}, time`,
    ratio,
    bar: BAR,
    held: ratio <= BAR && memory <= FLAT,
    details: {
      "memory ratio": memory,
      "seconds of the larger": large.seconds,
      "peak MB of the larger": large.peakMegabytes,
      "peak MB of the smaller": small.peakMegabytes,
    },
  };
}

async function costFor(bench: Bench, name: string, rows: number, days: number) {
  const source = await bench.events({ name, rows, days, order: "sorted" });
  const view = await applyView(bench.client, name, source);
  await materialize(view, dayStart(0), dayStart(1));
  return costOf(() => materialize(view, dayStart(0), dayStart(days)));
}
