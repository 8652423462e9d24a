import { join } from "node:path";
import {
  computedSql,
  eventsSql,
  parseInstant,
  pointInTimeSql,
  statusColumn,
  wholeView,
  storedSql,
  type CompiledView,
  type TimeRange,
} from "@tesela/core";
import type { WorkResult } from "../harness/work.ts";
import { contest } from "./contest.ts";
import { END, START, type Data, type Spread } from "./data.ts";
import { expectEqual } from "./equal.ts";
import type { Historical, Work } from "./historical.ts";
import { BY_HAND } from "./windows-by-hand.ts";
import { windowView } from "./window-views.ts";

const RANGE: TimeRange = { start: parseInstant(START), end: parseInstant(END) };
/** What a window may cost: the hand-written plan and a quarter. */
const BAR = 1.25;
/** Running totals of powers, which the hand-written variance takes, lose digits that ours keeps. */
const ROUGH = 1e-6;
const SPINE_COLUMNS = [
  { name: "user_id", duckdbType: "BIGINT" },
  { name: "ts", duckdbType: "TIMESTAMP" },
  { name: "label", duckdbType: "BIGINT" },
];

const VIEWS = {
  sums: windowView("sums", "amount", [{ function: "sum" }, { function: "count" }, { function: "mean" }]),
  extremes: windowView("extremes", "amount", [{ function: "min" }, { function: "max" }]),
  variances: windowView("variances", "amount", [{ function: "varSamp" }]),
  last: windowView("last", "product", [{ function: "last", n: 10 }]),
  distinct: windowView("distinct", "product", [{ function: "approxCountDistinct" }]),
};

type ViewName = keyof typeof VIEWS;

/** Windows of 1 h, 1 d and 30 d over hourly tiles, Parquet to Parquet in spine order. */
export const windowWorks: readonly Work[] = [
  (bench) => againstTiles(bench, "sums", "uniform", BY_HAND.sums),
  (bench) => againstTiles(bench, "sums", "zipf", BY_HAND.sums),
  againstEvents,
  zipfAgainstUniform,
  (bench) => againstTiles(bench, "extremes", "uniform", BY_HAND.extremes),
  (bench) => againstTiles(bench, "extremes", "zipf", BY_HAND.extremes),
  (bench) => againstTiles(bench, "variances", "uniform", BY_HAND.variances, ROUGH),
  (bench) => againstTiles(bench, "variances", "zipf", BY_HAND.variances, ROUGH),
  (bench) => againstTiles(bench, "last", "uniform", BY_HAND.last),
  (bench) => againstTiles(bench, "last", "zipf", BY_HAND.last),
  (bench) => againstTiles(bench, "distinct", "uniform", distinctByHand),
];

async function againstTiles(
  bench: Historical,
  name: ViewName,
  spread: Spread,
  byHand: (spine: string, tiles: string) => string,
  tolerance?: number,
): Promise<WorkResult> {
  const data = await bench.data(spread);
  const tiles = await tilesOf(bench, name, spread, data);
  return sideBySide(bench, {
    work: `${name} over windows, ${spread} keys, against hand-written SQL over the same tiles`,
    bar: BAR,
    name,
    ours: oursSql(name, data.spine, tiles),
    theirs: byHand(data.spine, tiles),
    tolerance,
  });
}

async function againstEvents(bench: Historical): Promise<WorkResult> {
  const data = await bench.data("uniform");
  const tiles = await tilesOf(bench, "sums", "uniform", data);
  return sideBySide(bench, {
    work: "sums over windows, uniform keys, against RANGE frames over events",
    bar: 1 / 5,
    name: "sums",
    ours: oursSql("sums", data.spine, tiles),
    theirs: BY_HAND.sumsOverEvents(data.spine, tiles, data.events),
  });
}

/** Skew itself: our own time on zipf keys against our own on uniform ones. */
async function zipfAgainstUniform(bench: Historical): Promise<WorkResult> {
  const run = async (spread: Spread): Promise<() => Promise<void>> => {
    const data = await bench.data(spread);
    const query = oursSql("sums", data.spine, await tilesOf(bench, "sums", spread, data));
    return () => bench.engine.run(copySql(query, join(bench.directory, `${spread}.parquet`)));
  };
  return contest({
    work: "sums over windows, zipf keys against uniform keys",
    bar: 2,
    rounds: bench.rounds,
    ours: await run("zipf"),
    theirs: await run("uniform"),
    compare: async () => undefined,
  });
}

interface SideBySide {
  readonly work: string;
  readonly bar: number;
  readonly name: ViewName;
  readonly ours: string;
  readonly theirs: string;
  readonly tolerance?: number | undefined;
}

function sideBySide(
  bench: Historical,
  { work, bar, name, ours, theirs, tolerance }: SideBySide,
): Promise<WorkResult> {
  const { engine, directory, rounds } = bench;
  const [our, their] = [join(directory, "ours.parquet"), join(directory, "theirs.parquet")];
  return contest({
    work,
    bar,
    rounds,
    ours: () => engine.run(copySql(ours, our)),
    theirs: () => engine.run(copySql(theirs, their)),
    compare: () => expectEqual(engine, our, their, columnsOf(VIEWS[name]), tolerance),
  });
}

function columnsOf({ shape }: CompiledView): { readonly all: number; readonly doubles: readonly number[] } {
  const types = shape.features.map(({ type }) => type);
  const doubles = types.flatMap((type, index) => (type === "float64" ? [SPINE_COLUMNS.length + index] : []));
  return { all: SPINE_COLUMNS.length + types.length, doubles };
}

function copySql(query: string, path: string): string {
  return `copy (${query}) to '${path}' (format parquet)`;
}

function oursSql(name: ViewName, spinePath: string, tiles: string): string {
  const view = VIEWS[name];
  const spine = { path: spinePath, columns: SPINE_COLUMNS, timestampKey: "ts" };
  const stored = storedSql(view, [{ path: tiles, live: [RANGE] }], RANGE);
  const asked = { ...wholeView(view), stored, gaps: [], isSelective: false };
  return `select * exclude (${statusColumn(0)}) from (${pointInTimeSql(spine, [asked]).text})`;
}

/** The tiles of a view as a job writes them: sorted, one file; made once. */
async function tilesOf(bench: Historical, name: ViewName, spread: Spread, data: Data): Promise<string> {
  const path = join(bench.directory, `tiles-${name}-${spread}.parquet`);
  return bench.once(path, async () => {
    const view = VIEWS[name];
    const events = eventsOf(view, data);
    await bench.engine.run(`copy (
  ${computedSql(view, events).text}
  order by user_id, __tile_start
) to '${path}' (format parquet, compression zstd)`);
  });
}

function eventsOf(view: CompiledView, data: Data): ReturnType<typeof eventsSql> {
  const relation = { kind: "sql", text: `select * from read_parquet('${data.events}')` } as const;
  return eventsSql(view, new Map([["events", relation]]), RANGE);
}

function distinctByHand(spine: string, tiles: string): string {
  const { shape } = VIEWS.distinct;
  if (shape.kind !== "aggregates") throw new Error("not a view of aggregates");
  const { aggregate, input } = shape.features[0]!;
  return BY_HAND.distinct(
    spine,
    tiles,
    shape.partials[0]!.name,
    (codes) => aggregate.finalizeSql([{ kind: "sql", text: codes }], input).text,
  );
}
