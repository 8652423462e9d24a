import type { WorkResult } from "../harness/work.ts";
import { contest } from "./contest.ts";
import type { DataKind, Spread } from "./data.ts";
import type { Historical, Work } from "./historical.ts";
import { copySql, readSql, sideBySide, storedFile, type SideBySide } from "./read.ts";
import { BY_HAND } from "./windows-by-hand.ts";
import { windowView } from "./window-views.ts";

/** What a window may cost: the hand-written plan and a quarter. */
const BAR = 1.25;
/** Running totals of powers, which the hand-written variance takes, lose digits that ours keeps. */
const ROUGH = 1e-6;
const VARIANCE_NOTE =
  "the hand-written plan forgets digits that the law keeps (1e-9): it subtracts sums of squares";
/** What skew may cost: twice for what adds up; sketches of a hot key are full, so a merge of them has more to do. */
const SKEW = { sums: 2, extremes: 2, last: 2, distinct: 10 } as const;
const FULL_SKETCHES = "a window of a hot key merges sketches of 256 registers, one of a rare key of a few";

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
  ...both("sums", BY_HAND.sums),
  againstEvents,
  (bench) => zipfAgainstUniform(bench, "sums"),
  ...both("extremes", BY_HAND.extremes),
  ...both("variances", BY_HAND.variances, { tolerance: ROUGH, note: VARIANCE_NOTE }),
  ...both("last", BY_HAND.last),
  // On zipf keys the hand-written plan does not end: it makes a list of the frame for each row.
  (bench) => againstTiles(bench, "distinct", "uniform", distinctByHand),
  (bench) => zipfAgainstUniform(bench, "extremes"),
  (bench) => zipfAgainstUniform(bench, "last"),
  (bench) => zipfAgainstUniform(bench, "distinct"),
];

function both(
  name: ViewName,
  byHand: (spine: string, tiles: string) => string,
  options?: Pick<SideBySide, "tolerance" | "note">,
): readonly Work[] {
  return (["uniform", "zipf"] as const).map(
    (spread) => (bench) => againstTiles(bench, name, spread, byHand, options),
  );
}

async function againstTiles(
  bench: Historical,
  name: ViewName,
  spread: Spread,
  byHand: (spine: string, tiles: string) => string,
  { tolerance, note }: Pick<SideBySide, "tolerance" | "note"> = {},
): Promise<WorkResult> {
  const { spine } = await bench.data(spread);
  return sideBySide(bench, {
    work: `${name} over windows, ${spread} keys, against hand-written SQL over the same tiles`,
    bar: BAR,
    views: [VIEWS[name]],
    ours: await oursSql(bench, name, spread),
    theirs: byHand(spine, await tilesOf(bench, name, spread)),
    tolerance,
    note,
  });
}

/** Where an hourly tile stands for many events, which is what tiles are for. */
async function againstEvents(bench: Historical): Promise<WorkResult> {
  const { spine, events } = await bench.data("dense");
  const tiles = await tilesOf(bench, "sums", "dense");
  return sideBySide(bench, {
    work: "sums over windows, uniform keys, against RANGE frames over events",
    bar: 1 / 5,
    views: [VIEWS.sums],
    ours: await oursSql(bench, "sums", "dense"),
    theirs: BY_HAND.sumsOverEvents(spine, tiles, events),
    note: "few keys: some five events in a tile",
  });
}

/** Skew itself: our own time on zipf keys against our own on uniform ones. */
async function zipfAgainstUniform(bench: Historical, name: keyof typeof SKEW): Promise<WorkResult> {
  const run = async (spread: Spread): Promise<() => Promise<void>> => {
    const query = await oursSql(bench, name, spread);
    return () => bench.engine.run(copySql(query, bench.path(`${spread}.parquet`)));
  };
  return contest({
    work: `${name} over windows, zipf keys against uniform keys`,
    bar: SKEW[name],
    rounds: bench.rounds,
    ...(name === "distinct" ? { note: FULL_SKETCHES } : {}),
    ours: await run("zipf"),
    theirs: await run("uniform"),
    compare: async () => undefined,
  });
}

/** The tiles of a view as a job writes them; made once. */
async function tilesOf(bench: Historical, name: ViewName, kind: DataKind): Promise<string> {
  const { events } = await bench.data(kind);
  return storedFile(bench, `${name}-${kind}`, VIEWS[name], `select * from read_parquet('${events}')`);
}

async function oursSql(bench: Historical, name: ViewName, kind: DataKind): Promise<string> {
  const { spine } = await bench.data(kind);
  const stored = [{ view: VIEWS[name], path: await tilesOf(bench, name, kind) }];
  return readSql({ path: spine, keyType: "int64" }, stored);
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
