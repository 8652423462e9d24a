import { createHash } from "node:crypto";
import {
  overlaps,
  micros,
  pathList,
  sql,
  text,
  type FileBatchConfig,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import { BoundedCache } from "../engine/bounded-cache.ts";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import type { OpenedSource, SourceFile } from "./source-reader.ts";

/** A source that a range is computed from. */
export interface FingerprintedSource {
  readonly batch: FileBatchConfig;
  readonly opened: Pick<OpenedSource, "files" | "columns">;
  /** How much before the range it is seen, in microseconds; `null`: all of it is. */
  readonly lookback: bigint | null;
}

/** How the view that reads the sources takes its rows from them. */
export interface FingerprintedView {
  readonly timestampField: string;
  readonly isIncremental: boolean;
}

/**
 * What the files are that a range is computed from, as one text: another one means that some of them changed, went
 * or came. Files whose footers state times outside what the range sees do not count; where the view's event time is
 * not the source's own, and in files without such statistics, all do.
 */
export async function fingerprintRange(
  engine: Engine,
  view: FingerprintedView,
  sources: readonly FingerprintedSource[],
  range: TimeRange,
  options: TaskOptions = {},
): Promise<string> {
  const hash = createHash("sha256");
  for (const source of sources) {
    for (const file of await filesOfRange(engine, view, source, range, options)) {
      hash.update(`${file.path}\0${file.bytes}\0${file.changedAt}\n`);
    }
  }
  return hash.digest("hex");
}

async function filesOfRange(
  engine: Engine,
  view: FingerprintedView,
  { batch, opened, lookback }: FingerprintedSource,
  range: TimeRange,
  options: TaskOptions,
): Promise<readonly SourceFile[]> {
  const isByTime = view.isIncremental || view.timestampField === batch.timestampField;
  if (lookback === null || !isByTime || !statesTimes(batch, opened)) return opened.files;
  const seen = { start: micros(range.start - lookback), end: range.end };
  const times = await timesOf(engine, opened.files, batch.timestampField, options);
  return opened.files.filter((_, index) => {
    const held = times[index];
    return held == null || overlaps(held, seen);
  });
}

/** Parquet keeps the least and the greatest of a column; of texts they may be cut. */
function statesTimes(
  { format, timestampField }: FileBatchConfig,
  { columns }: FingerprintedSource["opened"],
) {
  const type = columns.find(({ name }) => name === timestampField)?.type ?? "";
  return format === "parquet" && /^(?:TIMESTAMP|DATE)/.test(type);
}

/** The times of files by what they are: one that has not changed is not read again. */
const known = new WeakMap<Engine, BoundedCache<{ readonly times: TimeRange | null }>>();
const KEPT = 20_000;

async function timesOf(
  engine: Engine,
  files: readonly SourceFile[],
  column: string,
  options: TaskOptions,
): Promise<readonly (TimeRange | null)[]> {
  const cache = known.get(engine) ?? new BoundedCache<{ readonly times: TimeRange | null }>(KEPT);
  known.set(engine, cache);
  const keyOf = ({ path, bytes, changedAt }: SourceFile): string =>
    [path, bytes, changedAt, column].join("\0");
  const unread = files.filter((file) => cache.get(keyOf(file)) === undefined);
  const read = await readTimes(engine, unread, column, options);
  unread.forEach((file) => cache.set(keyOf(file), { times: read.get(file.path) ?? null }));
  return files.map((file) => cache.get(keyOf(file))?.times ?? read.get(file.path) ?? null);
}

async function readTimes(
  engine: Engine,
  files: readonly SourceFile[],
  column: string,
  options: TaskOptions,
): Promise<ReadonlyMap<string, TimeRange>> {
  if (files.length === 0) return new Map();
  const paths = files.map(({ path }) => path);
  const statement = { sql: timesSql(paths, column).text, rows: true };
  const { results } = await engine.run({ files: paths, statements: [statement] }, options);
  return new Map(
    results[0]!.flatMap(([path, start, end]): [string, TimeRange][] =>
      typeof path === "string" && typeof start === "bigint" && typeof end === "bigint"
        ? [[path, { start: micros(start), end: micros(end) }]]
        : [],
    ),
  );
}

/** The times are floored as event times are (TIME T1); their end lies after the last. */
function timesSql(paths: readonly string[], column: string): Sql {
  return sql`select
  file_name,
  epoch_ns(min(try_cast(stats_min_value as timestamp_ns))) // 1000,
  epoch_ns(max(try_cast(stats_max_value as timestamp_ns))) // 1000 + 1
from parquet_metadata(${pathList(paths)})
where path_in_schema = ${text(column)}
group by file_name
having bool_and(try_cast(stats_min_value as timestamp) is not null and try_cast(stats_max_value as timestamp) is not null)`;
}
