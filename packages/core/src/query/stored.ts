import type { CompiledView } from "../definition/compile.ts";
import type { PartialType } from "../aggregation/aggregate.ts";
import { id, text, timestamp } from "../sql/quote.ts";
import { join, sql, trusted, type Sql } from "../sql/sql.ts";
import { intersect, type TimeRange } from "../time/range.ts";
import { duckdbTypeOf } from "../value/duckdb-type.ts";
import { attributeRowsSql } from "./attribute-rows.ts";
import { EVENT_TIME, TILE_START } from "./columns.ts";
import { tilesSql } from "./tiles.ts";

/** A file of the offline store at an exact path, and the parts of it that are live. */
export interface LivePath {
  readonly path: string;
  readonly live: readonly TimeRange[];
}

/** A column of stored rows and its DuckDB type. */
export interface StoredColumn {
  readonly name: string;
  readonly duckdbType: string;
}

const PARTIAL_TYPES: Readonly<Record<PartialType, string>> = {
  int64: "BIGINT",
  int128: "DECIMAL(38,0)",
  float64: "DOUBLE",
  string: "VARCHAR",
  timestamp: "TIMESTAMP",
};

/** The columns of what a view stores offline: join keys, its time column, then attributes or partials. */
export function storedColumns(view: CompiledView): readonly StoredColumn[] {
  const keys = view.joinKeys.map(({ name, type }) => ({
    name,
    duckdbType: duckdbTypeOf[type],
  }));
  return [...keys, { name: storedTime(view), duckdbType: "TIMESTAMP" }, ...valueColumns(view)];
}

/** The time column of stored rows: an event's time, or a tile's start. */
export function storedTime(view: CompiledView): string {
  return view.shape.kind === "attributes" ? EVENT_TIME : TILE_START;
}

function valueColumns(view: CompiledView): readonly StoredColumn[] {
  if (view.shape.kind === "attributes") {
    return view.shape.features.map(({ name, type }) => ({
      name,
      duckdbType: duckdbTypeOf[type],
    }));
  }
  return view.shape.partials.map(({ name, type }) => ({
    name,
    duckdbType: PARTIAL_TYPES[type],
  }));
}

/** What a view stores, computed from events: attribute rows or tiles. */
export function computedSql(view: CompiledView, events: Sql): Sql {
  return view.shape.kind === "attributes"
    ? attributeRowsSql(view, events)
    : tilesSql(view, view.shape, events);
}

/** The stored rows of a range, of the live parts of files; an empty, typed relation without files. */
export function storedSql(view: CompiledView, files: readonly LivePath[], range: TimeRange): Sql {
  const whole = files.filter(({ live }) => live.length === 1 && holds(live[0]!, range));
  const parts = files.filter((file) => !whole.includes(file));
  const branches = [
    ...(whole.length === 0 ? [] : [readSql(view, whole, [range])]),
    ...parts.flatMap((file) => readPartSql(view, file, range)),
  ];
  return branches.length === 0 ? emptySql(view) : join(branches, "\nunion all\n");
}

function readPartSql(view: CompiledView, file: LivePath, range: TimeRange): Sql[] {
  const parts = file.live.map((live) => intersect(live, range)).filter((part) => part !== null);
  return parts.length === 0 ? [] : [readSql(view, [file], parts)];
}

function holds(outer: TimeRange, inner: TimeRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function readSql(view: CompiledView, files: readonly LivePath[], ranges: readonly TimeRange[]): Sql {
  const columns = storedColumns(view).map(({ name }) => id(name));
  const inRanges = ranges.map((range) => inRange(id(storedTime(view)), range));
  return sql`select ${join(columns, ", ")}
from read_parquet(${pathList(files.map(({ path }) => path))}, hive_partitioning = false)
where ${join(inRanges, " or ")}`;
}

function inRange(time: Sql, range: TimeRange): Sql {
  return sql`(${time} >= ${timestamp(range.start)} and ${time} < ${timestamp(range.end)})`;
}

/** A list of exact paths. */
export function pathList(paths: readonly string[]): Sql {
  return sql`[${join(paths.map(text), ", ")}]`;
}

function emptySql(view: CompiledView): Sql {
  const columns = storedColumns(view).map(
    ({ name, duckdbType }) => sql`null::${trusted(duckdbType)} as ${id(name)}`,
  );
  return sql`select ${join(columns, ", ")} where false`;
}
