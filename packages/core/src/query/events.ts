import type { CompiledView } from "../definition/compile.ts";
import type { ResolvedColumn } from "../definition/resolved.ts";
import { id, timestamp } from "../sql/quote.ts";
import { join, nothing, sql, trusted, type Sql } from "../sql/sql.ts";
import type { TimeRange } from "../time/range.ts";
import { aliased, castSql } from "../value/duckdb-type.ts";
import { CREATED_TIME, EVENT_ID, EVENT_TIME } from "./columns.ts";

/** What each source parameter reads: a SELECT over exact files. */
export type SourceRelations = ReadonlyMap<string, Sql>;

/** The view's transformation over its sources, columns as the user's SQL gives them. */
export function transformedSql(view: CompiledView, relations: SourceRelations): Sql {
  const sources = view.sources.map(({ parameter }) => {
    const relation = relations.get(parameter)!;
    return sql`${id(parameter)} as not materialized (${relation})`;
  });
  return sql`with ${join(sources)}
select * from (
${trusted(view.sql)}
)`;
}

/**
 * The events of a range `[start, end)`: join keys, `__time`, created time and event id where declared, and
 * every column that has a value type, cast by the written table. Rows with a null key match nothing
 * (TIME T9) and are left out, as are rows with a null event time (TIME T1).
 */
export function eventsSql(view: CompiledView, relations: SourceRelations, range: TimeRange): Sql {
  const time = columnSql(view, view.timestampField);
  return sql`select
  ${join(eventColumns(view))}
from (${transformedSql(view, relations)})
where ${time} >= ${timestamp(range.start)}
  and ${time} < ${timestamp(range.end)}
  and ${keysNotNull(view)}`;
}

/** How many rows the view rejects: a null event time or a null join key. */
export function rejectedSql(view: CompiledView, relations: SourceRelations): Sql {
  return sql`select count(*)
from (${transformedSql(view, relations)})
where ${columnSql(view, view.timestampField)} is null
  or not (${keysNotNull(view)})`;
}

/** The same of a range: rows with a null join key whose event time lies in it, and with `countsTimeless` all without one. */
export function rejectedOfRangeSql(
  view: CompiledView,
  relations: SourceRelations,
  range: TimeRange,
  countsTimeless: boolean,
): Sql {
  const time = columnSql(view, view.timestampField);
  const transformed = transformedSql(view, relations);
  const keyless = sql`select count(*)
from (${transformed})
where ${time} >= ${timestamp(range.start)}
  and ${time} < ${timestamp(range.end)}
  and not (${keysNotNull(view)})`;
  if (!countsTimeless) return keyless;
  // Apart, so that a reader of Parquet can pass over what the statistics show to have all times, or none of the range.
  return sql`select (${keyless}) + (
select count(*)
from (${transformed})
where ${time} is null)`;
}

function keysNotNull(view: CompiledView): Sql {
  return join(
    view.joinKeys.map(({ name }) => sql`${id(name)} is not null`),
    " and ",
  );
}

function eventColumns(view: CompiledView): readonly Sql[] {
  const special: readonly (readonly [string | null, string])[] = [
    [view.timestampField, EVENT_TIME],
    [view.createdTimestampField, CREATED_TIME],
    [view.eventIdField, EVENT_ID],
  ];
  return [
    ...view.columns
      .filter(({ type }) => type !== null)
      .map(({ name }) => aliased(columnSql(view, name), name)),
    ...special.flatMap(([name, alias]) => (name === null ? [] : [aliased(columnSql(view, name), alias)])),
  ];
}

function columnSql(view: CompiledView, name: string): Sql {
  const column = view.columns.find((candidate) => candidate.name === name)!;
  return column.type === null ? nothing : castSql(id(name), column.duckdbType, column.type);
}

/**
 * TIME T8, best first: the greatest created time, then the view's columns in declared order, the greater
 * value first, null lowest.
 */
export function bestFirst(view: CompiledView): Sql {
  const terms = tieBreakers(view).map((term) => sql`${term} desc nulls last`);
  // Never one term alone: DuckDB 1.5 makes that an arg_max which loses the order of nulls.
  return join([...terms, sql`1`], ", ");
}

/**
 * What events ascend by in the lists that they become (TIME T6), as one value: the event time, of equal times
 * the best last (TIME T8). `order by` in an aggregate takes ten times as long.
 */
export function placeSql(view: CompiledView): Sql {
  const terms = [id(EVENT_TIME), ...tieBreakers(view)].map((term) => sql`${term}, 'asc nulls first'`);
  return sql`create_sort_key(${join(terms, ", ")})`;
}

function tieBreakers(view: CompiledView): readonly Sql[] {
  const created = view.createdTimestampField === null ? [] : [id(CREATED_TIME)];
  return [
    ...created,
    ...view.columns.filter((column) => breaksTies(view, column)).map(({ name }) => id(name)),
  ];
}

function breaksTies(view: CompiledView, { name, type }: ResolvedColumn): boolean {
  const isSame = name === view.timestampField || view.joinKeys.some((key) => key.name === name);
  return type !== null && !isSame;
}

/** The join key columns, comma separated. */
export function keyList(view: CompiledView, relation?: string): Sql {
  const path = relation === undefined ? [] : [relation];
  return join(
    view.joinKeys.map(({ name }) => id(...path, name)),
    ", ",
  );
}
