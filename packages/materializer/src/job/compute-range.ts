import { join as joinPath } from "node:path";
import {
  computedFileSql,
  id,
  join,
  micros,
  sql,
  fileColumns,
  storedTime,
  text,
  type CompiledView,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import type { WireValue } from "../engine/protocol.ts";
import { droppedOf, eventsOf, rejectedOf } from "../source/incremental-events.ts";
import type { OpenedView } from "../source/view-source.ts";
import { namingColumn } from "./named-column.ts";

/** What a range came to: a finished local file, and what is in it. */
export interface ComputedRange {
  readonly path: string;
  readonly rows: number;
  /** Without a key or an event time (TIME T1), or outside their batch window (TIME T16). */
  readonly rejectedRows: number;
  readonly minTime: ReturnType<typeof micros> | null;
  readonly maxTime: ReturnType<typeof micros> | null;
}

/** A range to compute. */
export interface RangeWork {
  readonly range: TimeRange;
  /** Where the file goes. */
  readonly directory: string;
  /** Whether a row-wise view's rows without an event time are counted: they belong to no range. */
  readonly countsTimeless: boolean;
}

/** Computes what a view stores for a range into one Parquet file of a scratch folder, sorted by key and time. Throws `VALUE_ERROR` naming the column. */
export async function computeRange(
  engine: Engine,
  view: CompiledView,
  opened: OpenedView,
  { range, directory, countsTimeless }: RangeWork,
  options: TaskOptions,
): Promise<ComputedRange> {
  const path = joinPath(directory, "part-0.parquet");
  const events = eventsOf(view, opened, range);
  const run = {
    files: [...opened.paths, path],
    statements: [
      { sql: copySql(view, computedFileSql(view, events), path).text },
      { sql: summarySql(view, path).text, rows: true },
      { sql: rejectedOf(view, opened, range, countsTimeless).text, rows: true },
      { sql: droppedOf(view, opened, range).text, rows: true },
    ],
  };
  const { results } = await engine.run(run, options).catch(async (error: unknown) => {
    throw await namingColumn(engine, view, events, opened.paths, error, options);
  });
  const [rows, min, max] = results[1]![0]!;
  return {
    path,
    rows: Number(rows),
    rejectedRows: Number(results[2]![0]![0]) + Number(results[3]![0]![0]),
    minTime: instantOf(min),
    maxTime: instantOf(max),
  };
}

function copySql(view: CompiledView, computed: Sql, path: string): Sql {
  const columns = fileColumns(view).map(({ name }) => id(name));
  const order = [...view.joinKeys.map(({ name }) => id(name)), id(storedTime(view))];
  return sql`copy (
select ${join(columns, ", ")}
from (${computed})
order by ${join(order, ", ")}
) to ${text(path)} (format parquet, compression zstd)`;
}

function summarySql(view: CompiledView, path: string): Sql {
  const time = id(storedTime(view));
  return sql`select count(*), epoch_us(min(${time})), epoch_us(max(${time})) from read_parquet(${text(path)})`;
}

function instantOf(value: WireValue | undefined): ReturnType<typeof micros> | null {
  return typeof value === "bigint" ? micros(value) : null;
}
