import type { CompiledView } from "../definition/compile.ts";
import type { PartialScalar, PartialType } from "../aggregation/aggregate.ts";
import { id, text, timestamp } from "../sql/quote.ts";
import { join, nothing, sql, trusted, type Sql } from "../sql/sql.ts";
import { intersect, type TimeRange } from "../time/range.ts";
import { duckdbTypeOf } from "../value/duckdb-type.ts";
import { attributeRowsSql, attributeVersionsSql, keepsVersions } from "./attribute-rows.ts";
import { CREATED_TIME, EVENT_TIME, TILE_START, VERSION } from "./columns.ts";
import { NO_DELETED_KEYS, withoutDeletedSql, type DeletedKeys } from "./deleted-rows.ts";
import type { AskedView } from "./read-view.ts";
import { tilesSql } from "./tiles.ts";

/** A file of the offline store at an exact path, and the parts of it that are live. */
export interface LivePath {
  readonly path: string;
  readonly live: readonly TimeRange[];
  /** The deleted keys that the file may still hold: their rows do not count (TIME T17). */
  readonly deleted?: DeletedKeys;
}

/** A column of stored rows and its DuckDB type. */
export interface StoredColumn {
  readonly name: string;
  readonly duckdbType: string;
}

const SCALAR_TYPES: Readonly<Record<PartialScalar, string>> = { ...duckdbTypeOf, int128: "DECIMAL(38,0)" };

function partialType(type: PartialType): string {
  if (!type.endsWith("[]")) return SCALAR_TYPES[type as PartialScalar];
  return `${SCALAR_TYPES[type.slice(0, -2) as PartialScalar]}[]`;
}

/** The columns that a read sees of what a view stores: join keys, its time column, then attributes or partials. */
export function storedColumns(view: CompiledView): readonly StoredColumn[] {
  return [...keyAndTime(view), ...valueColumns(view)];
}

/** The columns of a view's files: those that a read sees and, where versions are kept, what tells them apart. */
export function fileColumns(view: CompiledView): readonly StoredColumn[] {
  return [...keyAndTime(view), ...(keepsVersions(view) ? VERSION_COLUMNS : []), ...valueColumns(view)];
}

const VERSION_COLUMNS: readonly StoredColumn[] = [
  { name: CREATED_TIME, duckdbType: "TIMESTAMP" },
  { name: VERSION, duckdbType: "BIGINT" },
];

function keyAndTime(view: CompiledView): readonly StoredColumn[] {
  const keys = view.joinKeys.map(({ name, type }) => ({ name, duckdbType: duckdbTypeOf[type] }));
  return [...keys, { name: storedTime(view), duckdbType: "TIMESTAMP" }];
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
    duckdbType: partialType(type),
  }));
}

/** What a read sees of a view (`storedColumns`), computed from events: attribute rows or tiles. */
export function computedSql(view: CompiledView, events: Sql): Sql {
  return view.shape.kind === "attributes"
    ? attributeRowsSql(view, events)
    : tilesSql(view, view.shape, events);
}

/** What a read sees of a view that it computes; `knownAt` sees every version, of aggregates the events (TIME T14). */
export function historySql({ view, fences }: AskedView, events: Sql): Sql {
  if (!fences.isKnownAt) return computedSql(view, events);
  return view.shape.kind === "attributes" ? attributeVersionsSql(view, events) : events;
}

/** What a view's files hold (`fileColumns`), computed from events. */
export function computedFileSql(view: CompiledView, events: Sql): Sql {
  return keepsVersions(view) ? attributeVersionsSql(view, events) : computedSql(view, events);
}

/** The stored rows of a range, of the live parts of files; an empty, typed relation without files. */
export function storedSql(view: CompiledView, files: readonly LivePath[], range: TimeRange): Sql {
  const winners = keepsVersions(view) ? sql` and ${id(VERSION)} = 1` : nothing;
  return liveSql(view, { columns: storedColumns(view), condition: winners }, files, range);
}

/** The same with every version (`fileColumns`), for `knownAt` (TIME T14). */
export function storedVersionsSql(view: CompiledView, files: readonly LivePath[], range: TimeRange): Sql {
  return liveSql(view, { columns: fileColumns(view), condition: nothing }, files, range);
}

/** What to select of files, and what beyond the range must hold. */
interface Selection {
  readonly columns: readonly StoredColumn[];
  readonly condition: Sql;
}

/** Deletions are told apart by who holds them: files that were carried through the same ones share theirs. */
function liveSql(
  view: CompiledView,
  selection: Selection,
  files: readonly LivePath[],
  range: TimeRange,
): Sql {
  const groups = Map.groupBy(files, ({ deleted = NO_DELETED_KEYS }) => deleted);
  if (groups.size === 0) return emptySql(selection);
  const rows = [...groups].map(([deleted, some]) =>
    withoutDeletedSql(unfilteredSql(view, selection, some, range), storedTime(view), deleted),
  );
  return join(rows, "\nunion all\n");
}

function unfilteredSql(
  view: CompiledView,
  selection: Selection,
  files: readonly LivePath[],
  range: TimeRange,
): Sql {
  const read = (some: readonly LivePath[], ranges: readonly TimeRange[]): Sql =>
    readSql(selection, id(storedTime(view)), some, ranges);
  const whole = files.filter(({ live }) => live.length === 1 && holds(live[0]!, range));
  const parts = files.filter((file) => !whole.includes(file));
  const branches = [
    ...(whole.length === 0 ? [] : [read(whole, [range])]),
    ...parts.flatMap((file) => {
      const live = file.live.map((one) => intersect(one, range)).filter((part) => part !== null);
      return live.length === 0 ? [] : [read([file], live)];
    }),
  ];
  return branches.length === 0 ? emptySql(selection) : join(branches, "\nunion all\n");
}

function holds(outer: TimeRange, inner: TimeRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function readSql(
  { columns, condition }: Selection,
  time: Sql,
  files: readonly LivePath[],
  ranges: readonly TimeRange[],
): Sql {
  const inRanges = ranges.map((range) => inRange(time, range));
  return sql`select ${join(
    columns.map(({ name }) => id(name)),
    ", ",
  )}
from read_parquet(${pathList(files.map(({ path }) => path))}, hive_partitioning = false)
where (${join(inRanges, " or ")})${condition}`;
}

function inRange(time: Sql, range: TimeRange): Sql {
  return sql`(${time} >= ${timestamp(range.start)} and ${time} < ${timestamp(range.end)})`;
}

/** A list of exact paths. */
export function pathList(paths: readonly string[]): Sql {
  return sql`[${join(paths.map(text), ", ")}]`;
}

function emptySql({ columns }: Selection): Sql {
  const nulls = columns.map(({ name, duckdbType }) => sql`null::${trusted(duckdbType)} as ${id(name)}`);
  return sql`select ${join(nulls, ", ")} where false`;
}
