import { join } from "node:path";
import type { WorkResult } from "../harness/work.ts";
import { materialize, newestFiles, type Bench } from "./bench.ts";
import { costsOf, median } from "./cost.ts";
import { dayStart } from "./events.ts";
import { applyView } from "./views.ts";

const DAYS = 30;
const BAR = 1.2;

/** Tiles of many rows against the same sorted tiles by hand-written SQL in bare DuckDB, by CPU. */
export async function tiles(bench: Bench): Promise<WorkResult> {
  const rows = bench.isQuick ? 1_000_000 : 10_000_000;
  const source = await bench.events({ name: "tiles", rows, days: DAYS, order: "sorted" });
  const view = await applyView(bench.client, "tiles", source);
  const byHand = (round: number): string => join(bench.directory, `tiles-by-hand-${round}.parquet`);
  const ours = (): Promise<void> => materialize(view, dayStart(0), dayStart(DAYS));
  await ours();
  await bench.duckdb.run(tilesSql(source, byHand(-1)));
  await bench.duckdb.expectSameRows(newestFiles(bench, "tiles"), byHand(-1));
  const costs = await costsOf(bench.isQuick ? 3 : 5, ours, (round) =>
    bench.duckdb.run(tilesSql(source, byHand(round))),
  );
  const ratio = median(costs.map(({ one, other }) => one.cpuSeconds / other.cpuSeconds));
  const seconds = median(costs.map(({ one }) => one.seconds));
  return {
    work: `tiles of ${rows.toLocaleString("en")} rows against hand-written SQL, CPU`,
    ratio,
    bar: BAR,
    held: ratio <= BAR,
    details: {
      "wall ratio": median(costs.map(({ one, other }) => one.seconds / other.seconds)),
      seconds,
      "rows/s": rows / seconds,
      "peak MB": median(costs.map(({ one }) => one.peakMegabytes)),
    },
  };
}

function tilesSql(source: string, target: string): string {
  return `
copy (
  select
    user_id,
    time_bucket(interval 1 hour, ts, timestamp 'epoch') as tile_start,
    sum(product)::decimal(38, 0) as product_sum,
    count(product) as product_count,
    max(amount) as amount_max
  from '${source}'
  group by all
  order by user_id, tile_start
) to '${target}' (format parquet, compression zstd)`;
}
