import { deepStrictEqual } from "node:assert";
import type { WorkResult } from "../harness/work.ts";
import { attributeView } from "./attributes.ts";
import { attributesByHand } from "./attributes-by-hand.ts";
import { contest } from "./contest.ts";
import { expectEqual } from "./equal.ts";
import type { Historical } from "./historical.ts";
import { objectsByHand } from "./objects-by-hand.ts";
import type { StoredHistory } from "./platform.ts";
import { resultColumns, resultCopySql, statusNames, statusReadSql } from "./read.ts";

/** What all around the engine may cost. */
const ENGINE_BAR = 1.15;
const FIXED_COST =
  "each read has a fixed cost (a task, sessions, statistics), which outweighs a quick run's join";
/** What rows as objects may cost against a bare loop. */
const OBJECT_BAR = 2;

/** A spine's path into the SDK and a Parquet file out, against the same statements in a bare engine. */
export async function fileRoundTrip(bench: Historical, { view, files }: StoredHistory): Promise<WorkResult> {
  const { engine, rounds } = bench;
  const { spine } = await bench.data("zipf");
  const [our, their] = [bench.path("sdk.parquet"), bench.path("engine.parquet")];
  const stored = [{ view: attributeView("newest"), path: files[0]! }];
  const joined = statusReadSql({ path: spine, keyType: "int64" }, stored);
  return contest({
    work: "SDK round trip, Parquet path in, Parquet file out, against the engine alone",
    bar: ENGINE_BAR,
    rounds,
    note: FIXED_COST,
    async ours() {
      await using frame = await view.getHistoricalFeatures(spine);
      await frame.toParquet(our);
    },
    async theirs() {
      await engine.run(`create or replace temp table joined as ${joined}`);
      await engine.run(resultCopySql(`select * exclude (${statusNames(stored)}) from joined`, their));
    },
    compare: () => expectEqual(engine, our, their, resultColumns([stored[0]!.view])),
  });
}

/** Rows as JavaScript objects in and out, against a loop over chunks with nothing around it. */
export async function objectRoundTrip(
  bench: Historical,
  { view, files }: StoredHistory,
): Promise<WorkResult> {
  const { spine } = await bench.data("zipf");
  const rows = await objectsByHand.rowsOf(spine);
  let ours: readonly object[] = [];
  let theirs: readonly object[] = [];
  return contest({
    work: `${rows.length.toLocaleString("en")} rows as objects in and out, against a bare loop over DuckDB's chunks`,
    bar: OBJECT_BAR,
    rounds: bench.rounds,
    async ours() {
      await using frame = await view.getHistoricalFeatures(rows, { timestampKey: "ts" });
      ours = await frame.toRows();
    },
    async theirs() {
      theirs = await objectsByHand.join(
        rows,
        (path) => attributesByHand(path, files),
        bench.path("bare.parquet"),
      );
    },
    async compare() {
      deepStrictEqual(ours, theirs);
      [ours, theirs] = [[], []];
    },
  });
}
