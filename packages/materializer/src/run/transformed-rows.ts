import {
  castSql,
  computedSql,
  EVENT_TIME,
  id,
  intersect,
  join,
  sql,
  timestamp,
  transformedSql,
  type CompiledView,
  type SourceRelations,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import { eventsOf, overWindows } from "../source/incremental-events.ts";
import type { OpenedView } from "../source/view-source.ts";

/** What a transformation gives for a range: its rows as the SQL selects them, by their event time, then by their values. */
export function transformedRowsSql(view: CompiledView, opened: OpenedView, range: TimeRange): Sql {
  const rows = view.isIncremental
    ? overWindows(view, opened, range, (relations, window) =>
        rowsSql(view, relations, intersect(window, range) ?? { start: range.start, end: range.start }),
      )
    : rowsSql(view, opened.relations, range);
  return sql`select *
from (${rows})
order by ${join([id(view.timestampField), ...view.columns.map(({ name }) => id(name))], ", ")}`;
}

function rowsSql(view: CompiledView, relations: SourceRelations, range: TimeRange): Sql {
  const { duckdbType } = view.columns.find(({ name }) => name === view.timestampField)!;
  const time = castSql(id(view.timestampField), duckdbType, "timestamp");
  return sql`select *
from (${transformedSql(view, relations)})
where ${time} >= ${timestamp(range.start)} and ${time} < ${timestamp(range.end)}`;
}

/** The attributes of a range: one row per key and event time (TIME T8). */
export function attributeValuesSql(view: CompiledView, opened: OpenedView, range: TimeRange): Sql {
  const keys = view.joinKeys.map(({ name }) => id(name));
  const features = view.shape.features
    .filter(({ name }) => name !== view.timestampField)
    .map(({ name }) => id(name));
  const time = id(view.timestampField);
  return sql`select ${join([...keys, sql`${id(EVENT_TIME)} as ${time}`, ...features], ", ")}
from (${computedSql(view, eventsOf(view, opened, range))})
order by ${join([id(EVENT_TIME), ...keys], ", ")}`;
}
