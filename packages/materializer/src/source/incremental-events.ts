import {
  castSql,
  ceil,
  EVENT_TIME,
  eventsSql,
  floor,
  formatRange,
  id,
  intersect,
  join,
  micros,
  NO_DELETED_KEYS,
  rejectedOfRangeSql,
  rejectedSql,
  sql,
  TeselaError,
  timestamp,
  transformedSql,
  trusted,
  withoutDeletedSql,
  type CompiledView,
  type SourceRelations,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import type { OpenedView } from "./view-source.ts";
import { windowedRelations } from "./windowed-relations.ts";

/** The most batch windows that one query runs a transformation over. */
export const MAX_WINDOWS = 2_000;

/**
 * The events of a range as core's `eventsSql` gives them, whichever way the transformation runs (TIME T16): over
 * all rows of the sources at once, or once per batch window, keeping what falls within the window and the range
 * and what no deletion hides (TIME T17).
 * Throws `LIMIT_EXCEEDED` beyond `MAX_WINDOWS`.
 */
export function eventsOf(view: CompiledView, opened: OpenedView, range: TimeRange): Sql {
  return withoutDeletedSql(allEventsOf(view, opened, range), EVENT_TIME, opened.deleted ?? NO_DELETED_KEYS);
}

function allEventsOf(view: CompiledView, opened: OpenedView, range: TimeRange): Sql {
  if (!view.isIncremental) return eventsSql(view, opened.relations, range);
  return overWindows(view, opened, range, (relations, window) =>
    eventsSql(view, relations, intersect(window, range) ?? { start: range.start, end: range.start }),
  );
}

/**
 * A query of one count: the rows of a range's transformation with a null join key or without an event time. In a
 * row-wise view's rows the latter belong to no range: they are counted where the range is told to count them.
 */
export function rejectedOf(
  view: CompiledView,
  opened: OpenedView,
  range: TimeRange,
  countsTimeless: boolean,
): Sql {
  if (!view.isIncremental) return rejectedOfRangeSql(view, opened.relations, range, countsTimeless);
  return totalSql(overWindows(view, opened, range, (relations) => rejectedSql(view, relations)));
}

/** A query of one count: the rows that transformations gave outside their window, which are dropped (TIME T16). */
export function droppedOf(view: CompiledView, opened: OpenedView, range: TimeRange): Sql {
  if (!view.isIncremental) return sql`select 0::bigint`;
  const { duckdbType } = view.columns.find(({ name }) => name === view.timestampField)!;
  const time = castSql(id(view.timestampField), duckdbType, "timestamp");
  return totalSql(
    overWindows(
      view,
      opened,
      range,
      (relations, window) => sql`select count(*)
from (${transformedSql(view, relations)})
where ${time} < ${timestamp(window.start)} or ${time} >= ${timestamp(window.end)}`,
    ),
  );
}

function totalSql(counts: Sql): Sql {
  return sql`select coalesce(sum(counts.rows), 0)::bigint from (${counts}) as counts(rows)`;
}

/** One query per batch window that touches the range, over sources that are opened once for all of them. */
export function overWindows(
  view: CompiledView,
  opened: OpenedView,
  range: TimeRange,
  queryOf: (relations: SourceRelations, window: TimeRange) => Sql,
): Sql {
  const shared = (parameter: string) => id(`__source_${parameter}`);
  // Text would be parsed anew for every window.
  const sources = view.sources.map(({ parameter, definition }) => {
    const how = trusted(definition.batch.format === "parquet" ? "not materialized" : "materialized");
    return sql`${shared(parameter)} as ${how} (${opened.relations.get(parameter)!})`;
  });
  const queries = batchWindows(view, range).map(
    (window) => sql`(${queryOf(windowedRelations(view, opened, window, shared), window)})`,
  );
  return sql`with ${join(sources, ",\n")}
${join(queries, "\nunion all\n")}`;
}

/** The batch windows that touch a range, at least one: an empty range still has its columns. */
function batchWindows(view: CompiledView, range: TimeRange): readonly TimeRange[] {
  const { schedule } = view.time;
  const first = floor(range.start, schedule);
  const count = (ceil(range.end, schedule) - first) / schedule;
  if (count > BigInt(MAX_WINDOWS)) throw tooMany(view, range, count);
  const length = Math.max(Number(count), 1);
  return Array.from({ length }, (_, index) => {
    const start = micros(first + BigInt(index) * schedule);
    return { start, end: micros(start + schedule) };
  });
}

function tooMany(view: CompiledView, range: TimeRange, count: bigint): TeselaError {
  const message =
    `The transformation of feature view "${view.name}" would run ${count} times for ${formatRange(range)}, ` +
    `once per batch window; at most ${MAX_WINDOWS} are done in one go.`;
  return new TeselaError("LIMIT_EXCEEDED", message, {
    fix: "Materialize the view offline, a part of the range at a time, and read what is materialized.",
  });
}
