import { globSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded, type EmbeddedPlatform } from "@tesela/platform";
import { declarationsOf, type FeatureView } from "@tesela/sdk";
import * as flights from "@tesela/example-flights/features";
import { measure, type WorkResult } from "../harness/work.ts";
import { openDuckDb, type BareDuckDb } from "../harness/bare-duckdb.ts";
import { HAND_WRITTEN } from "./hand-written.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const SOURCE = join(REPOSITORY, "node_modules/vega-datasets/data/flights-3m.parquet");
const RANGE = { startTime: "2001-01-01T00:00:00Z", endTime: "2001-07-01T00:00:00Z" };
const FLIGHTS = 3_000_000;
const SPINE_ROWS = 200_000;
/** What the main job allows: retrieval end to end against the hand-written SQL. */
const RETRIEVAL_BAR = 2;

interface Bench {
  readonly platform: EmbeddedPlatform;
  readonly duckdb: BareDuckDb;
  readonly directory: string;
  readonly spine: string;
  readonly rounds: number;
}

/** The main job on three million flights: materialization and retrieval, each against bare DuckDB. */
export async function mainJob({ quick }: { readonly quick: boolean }): Promise<readonly WorkResult[]> {
  const directory = await mkdtemp(join(tmpdir(), "tesela-bench-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const platform = await startEmbedded({
    dir: join(directory, "platform"),
    clock: "2001-07-01T00:00:00Z",
    sourceRoots: [REPOSITORY],
  });
  stack.defer(() => platform.stop());
  const duckdb = stack.use(await openDuckDb());
  const bench = {
    platform,
    duckdb,
    directory,
    spine: join(directory, "spine.parquet"),
    rounds: quick ? 3 : 9,
  };
  await prepare(bench);
  return [
    await retrieval(bench, "airport_delays", HAND_WRITTEN.airportDelays),
    await retrieval(bench, "airport_last_flight", HAND_WRITTEN.airportLastFlight),
    await materialization(bench),
  ];
}

async function prepare({ platform, duckdb, spine }: Bench): Promise<void> {
  const workspace = platform.client.getWorkspace("prod");
  await workspace.apply(declarationsOf(flights));
  for (const name of ["airport_delays", "airport_last_flight"]) {
    const view = workspace.getFeatureView(name);
    await materialize(view, false);
  }
  await duckdb.run(`copy (
    select date, origin, destination, delay > 15 as is_late from '${SOURCE}'
    where date >= timestamp '2001-02-01'
    using sample reservoir(${SPINE_ROWS} rows) repeatable (7)
  ) to '${spine}' (format parquet)`);
}

async function materialize(view: FeatureView, overwrite: boolean): Promise<void> {
  const id = await view.triggerMaterializationJob({ ...RANGE, online: false, offline: true, overwrite });
  await view.waitForMaterializationJob(id);
}

function materialization(bench: Bench): Promise<WorkResult> {
  const { platform, duckdb, directory, rounds } = bench;
  const view = platform.client.getWorkspace("prod").getFeatureView("airport_delays");
  return measure({
    work: "materialize airport_delays: 3,000,000 flights to sorted hourly tiles",
    bar: null,
    rounds,
    async ours() {
      await materialize(view, true);
      return newestFile(bench, "airport_delays");
    },
    async theirs(round) {
      const target = join(directory, `tiles-${round}.parquet`);
      await duckdb.run(HAND_WRITTEN.tiles(SOURCE, target));
      return target;
    },
    compare: (ours, theirs) => duckdb.expectEqualRows(ours, theirs),
    details: (ours, theirs) => ({
      "rows/s": FLIGHTS / ours,
      "rows/s by hand": FLIGHTS / theirs,
      seconds: ours,
      "seconds by hand": theirs,
    }),
  });
}

function retrieval(
  bench: Bench,
  name: "airport_delays" | "airport_last_flight",
  byHand: (spine: string, stored: string, target: string) => string,
): Promise<WorkResult> {
  const { platform, duckdb, directory, spine, rounds } = bench;
  const view = platform.client.getWorkspace("prod").getFeatureView(name);
  const stored = newestFile(bench, name);
  return measure({
    work: `retrieve ${name}: 200,000 rows, Parquet file to Parquet file`,
    bar: RETRIEVAL_BAR,
    rounds,
    async ours(round) {
      await using frame = await view.getHistoricalFeatures(spine);
      const target = join(directory, `ours-${name}-${round}.parquet`);
      await frame.toParquet(target);
      return target;
    },
    async theirs(round) {
      const target = join(directory, `theirs-${name}-${round}.parquet`);
      await duckdb.run(byHand(spine, stored, target));
      return target;
    },
    compare: (ours, theirs) => duckdb.expectEqualRows(ours, theirs),
    details: (ours, theirs) => ({
      "rows/s": SPINE_ROWS / ours,
      "rows/s by hand": SPINE_ROWS / theirs,
      seconds: ours,
      "seconds by hand": theirs,
    }),
  });
}

/** The one live file of a view: each job of the benchmark writes the whole range. */
function newestFile({ directory }: Bench, view: string): string {
  const pattern = join(directory, "platform/offline/ws/*", view, "g*/a*/*.parquet");
  const [newest] = globSync(pattern).toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (newest === undefined) throw new Error(`no file matches ${pattern}`);
  return newest;
}
