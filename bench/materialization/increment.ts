import type { WorkResult } from "../harness/work.ts";
import { materialize, type Bench } from "./bench.ts";
import { costsOf, median } from "./cost.ts";
import { dayStart, type FileOrder } from "./events.ts";
import { applyView } from "./views.ts";

const DAYS = 30;
const LAST_DAY = DAYS - 1;
const BARS: Readonly<Record<FileOrder, number>> = { sorted: 0.1, unsorted: 0.3 };

/** The newest day of thirty against all of them, by CPU. */
export async function increment(bench: Bench, order: FileOrder): Promise<WorkResult> {
  const rows = bench.isQuick ? 2_000_000 : 10_000_000;
  const source = await bench.events({ name: `increment_${order}`, rows, days: DAYS, order });
  const view = await applyView(bench.client, `increment_${order}`, source);
  const whole = (): Promise<void> => materialize(view, dayStart(0), dayStart(DAYS));
  const day = (): Promise<void> => materialize(view, dayStart(LAST_DAY), dayStart(DAYS));
  await whole();
  const costs = await costsOf(bench.isQuick ? 3 : 5, day, whole);
  const ratio = median(costs.map(({ one, other }) => one.cpuSeconds / other.cpuSeconds));
  const bar = BARS[order];
  return {
    work: `one day of ${DAYS} of ${rows.toLocaleString("en")} ${order} rows against all, CPU`,
    ratio,
    bar,
    held: ratio <= bar,
    details: {
      "wall ratio": median(costs.map(({ one, other }) => one.seconds / other.seconds)),
      "seconds of a day": median(costs.map(({ one }) => one.seconds)),
      "seconds of all": median(costs.map(({ other }) => other.seconds)),
    },
  };
}
