import {
  computedFileSql,
  eventsSql,
  parseInstant,
  pointInTimeSql,
  statusColumn,
  storedSql,
  storedTime,
  wholeView,
  type CompiledView,
  type KeyType,
  type ReadView,
  type TimeRange,
} from "@tesela/core";
import type { WorkResult } from "../harness/work.ts";
import { contest } from "./contest.ts";
import { END, START } from "./data.ts";
import { expectEqual } from "./equal.ts";
import type { Historical } from "./historical.ts";

const RANGE: TimeRange = { start: parseInstant(START), end: parseInstant(END) };

/** A spine of `user_id, ts, label`. */
export interface SpineFile {
  readonly path: string;
  readonly keyType: KeyType;
}

/** A view and the one file that holds what it stores. */
export interface StoredView {
  readonly view: CompiledView;
  readonly path: string;
}

function spineColumns(keyType: KeyType): readonly { readonly name: string; readonly duckdbType: string }[] {
  return [
    { name: "user_id", duckdbType: keyType === "int64" ? "BIGINT" : "VARCHAR" },
    { name: "ts", duckdbType: "TIMESTAMP" },
    { name: "label", duckdbType: "BIGINT" },
  ];
}

const SPINE_WIDTH = spineColumns("int64").length;

/** The read as a worker runs it, with the status of each view. */
export function statusReadSql(spine: SpineFile, stored: readonly StoredView[], isSelective = false): string {
  const views = stored.map(({ view, path }): ReadView => ({
    ...wholeView(view),
    stored: storedSql(view, [{ path, live: [RANGE] }], RANGE),
    gaps: [],
    isSelective,
  }));
  const table = { path: spine.path, columns: spineColumns(spine.keyType), timestampKey: "ts" };
  return pointInTimeSql(table, views).text;
}

/** The read without statuses: the spine's columns and the features. */
export function readSql(spine: SpineFile, stored: readonly StoredView[]): string {
  return `select * exclude (${statusNames(stored)}) from (${statusReadSql(spine, stored)})`;
}

/** The statuses' names, with commas between them. */
export function statusNames(stored: readonly StoredView[]): string {
  return stored.map((_, index) => statusColumn(index)).join(", ");
}

/** Writes the rows of a query as a worker writes a result. */
export function resultCopySql(query: string, path: string): string {
  return `copy (${query}) to '${path}' (format parquet, compression zstd, row_group_size 20480)`;
}

/** Writes the rows of a query. */
export function copySql(query: string, path: string): string {
  return `copy (${query}) to '${path}' (format parquet)`;
}

/** How many columns a result of views has, and which of them are doubles. */
export function resultColumns(views: readonly CompiledView[]): {
  readonly all: number;
  readonly doubles: readonly number[];
} {
  const types = views.flatMap(({ shape }) => shape.features.map(({ type }) => type));
  const doubles = types.flatMap((type, index) => (type === "float64" ? [SPINE_WIDTH + index] : []));
  return { all: SPINE_WIDTH + types.length, doubles };
}

/** What a view stores of events, as a job writes it: sorted, one file; made once. */
export function storedFile(
  bench: Historical,
  name: string,
  view: CompiledView,
  eventsQuery: string,
): Promise<string> {
  return bench.once(bench.path(`${name}.parquet`), async (path) => {
    const relation = { kind: "sql", text: eventsQuery } as const;
    const events = eventsSql(view, new Map([["events", relation]]), RANGE);
    await bench.engine.run(`copy (
  ${computedFileSql(view, events).text}
  order by user_id, ${storedTime(view)}
) to '${path}' (format parquet, compression zstd)`);
  });
}

/** Our read and a hand-written one of the same views. */
export interface SideBySide {
  readonly work: string;
  readonly bar: number;
  readonly views: readonly CompiledView[];
  readonly ours: string;
  readonly theirs: string;
  readonly tolerance?: number | undefined;
  /** What a reader of the row has to know. */
  readonly note?: string | undefined;
}

/** Runs both by turns, Parquet to Parquet, and compares what they wrote. */
export function sideBySide(
  bench: Historical,
  { work, bar, views, ours, theirs, tolerance, note }: SideBySide,
): Promise<WorkResult> {
  const { engine, rounds } = bench;
  const [our, their] = [bench.path("ours.parquet"), bench.path("theirs.parquet")];
  return contest({
    work,
    bar,
    rounds,
    note,
    ours: () => engine.run(copySql(ours, our)),
    theirs: () => engine.run(copySql(theirs, their)),
    compare: () => expectEqual(engine, our, their, resultColumns(views), tolerance),
  });
}
