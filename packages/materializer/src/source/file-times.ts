import { micros, pathList, sql, text, type FileBatchConfig, type Sql, type TimeRange } from "@tesela/core";
import { BoundedCache } from "../engine/bounded-cache.ts";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import type { OpenedSource, SourceFile } from "./source-reader.ts";

/** What a file's footer states of its event times. */
export interface FileTimes {
  /** Within which they lie; `null` where it does not say. */
  readonly times: TimeRange | null;
  /** Whether it says that every row has one. */
  readonly isComplete: boolean;
}

/** Whether footers tell: Parquet keeps the least and the greatest of a column; of texts they may be cut. */
export function statesTimes(
  { format, timestampField }: FileBatchConfig,
  { columns }: Pick<OpenedSource, "columns">,
): boolean {
  const type = columns.find(({ name }) => name === timestampField)?.type ?? "";
  return format === "parquet" && /^(?:TIMESTAMP|DATE)/.test(type);
}

/** The times of files by what they are: one that has not changed is not read again. */
const known = new WeakMap<Engine, BoundedCache<FileTimes>>();
const KEPT = 20_000;
const UNKNOWN: FileTimes = { times: null, isComplete: false };

/** What the footers of Parquet files state of a column of times, file by file. */
export async function timesOf(
  engine: Engine,
  files: readonly SourceFile[],
  column: string,
  options: TaskOptions,
): Promise<readonly FileTimes[]> {
  const cache = known.get(engine) ?? new BoundedCache<FileTimes>(KEPT);
  known.set(engine, cache);
  const keyOf = ({ path, bytes, changedAt }: SourceFile): string =>
    [path, bytes, changedAt, column].join("\0");
  const unread = files.filter((file) => cache.get(keyOf(file)) === undefined);
  const read = await readTimes(engine, unread, column, options);
  unread.forEach((file) => cache.set(keyOf(file), read.get(file.path) ?? UNKNOWN));
  return files.map((file) => cache.get(keyOf(file)) ?? read.get(file.path) ?? UNKNOWN);
}

async function readTimes(
  engine: Engine,
  files: readonly SourceFile[],
  column: string,
  options: TaskOptions,
): Promise<ReadonlyMap<string, FileTimes>> {
  if (files.length === 0) return new Map();
  const paths = files.map(({ path }) => path);
  const statement = { sql: timesSql(paths, column).text, rows: true };
  const { results } = await engine.run({ files: paths, statements: [statement] }, options);
  return new Map(
    results[0]!.flatMap(([path, start, end, isComplete]): [string, FileTimes][] =>
      typeof path === "string" && typeof start === "bigint" && typeof end === "bigint"
        ? [[path, { times: { start: micros(start), end: micros(end) }, isComplete: isComplete === true }]]
        : [],
    ),
  );
}

/** The times are floored as event times are (TIME T1); their end lies after the last. */
function timesSql(paths: readonly string[], column: string): Sql {
  return sql`select
  file_name,
  epoch_ns(min(try_cast(stats_min_value as timestamp_ns))) // 1000,
  epoch_ns(max(try_cast(stats_max_value as timestamp_ns))) // 1000 + 1,
  bool_and(coalesce(stats_null_count = 0, false))
from parquet_metadata(${pathList(paths)})
where path_in_schema = ${text(column)}
group by file_name
having bool_and(try_cast(stats_min_value as timestamp) is not null and try_cast(stats_max_value as timestamp) is not null)`;
}
