import {
  aliased,
  castSql,
  computedSql,
  EVENT_TIME,
  id,
  intersect,
  join,
  NO_DELETED_KEYS,
  sql,
  timestamp,
  transformedSql,
  withoutDeletedSql,
  type CompiledView,
  type DeletedKeys,
  type SourceRelations,
  type Sql,
  type TimeRange,
  type ValueType,
} from "@tesela/core";
import { eventsOf, overWindows } from "../source/incremental-events.ts";
import type { OpenedView } from "../source/view-source.ts";

/**
 * What a transformation gives for a range: its rows as the SQL selects them, by their event time, then by their values;
 * those of deleted keys are left out (TIME T17).
 */
export function transformedRowsSql(view: CompiledView, opened: OpenedView, range: TimeRange): Sql {
  const rows = view.isIncremental
    ? overWindows(view, opened, range, (relations, window) =>
        rowsSql(view, relations, intersect(window, range) ?? { start: range.start, end: range.start }),
      )
    : rowsSql(view, opened.relations, range);
  return sql`select *
from (${visibleSql(view, rows, opened.deleted ?? NO_DELETED_KEYS)})
order by ${join([id(view.timestampField), ...view.columns.map(({ name }) => id(name))], ", ")}`;
}

function rowsSql(view: CompiledView, relations: SourceRelations, range: TimeRange): Sql {
  const time = castColumn(view, view.timestampField, "timestamp");
  return sql`select *
from (${transformedSql(view, relations)})
where ${time} >= ${timestamp(range.start)} and ${time} < ${timestamp(range.end)}`;
}

/** Keys and time are cast beside the columns, only to be compared: the columns stay as the SQL selects them. */
function visibleSql(view: CompiledView, rows: Sql, deleted: DeletedKeys): Sql {
  if (deleted.keys.length === 0) return rows;
  const joinKeys = deleted.joinKeys.map(({ type }, index) => ({ name: `__key_${index}`, type }));
  const keys = view.joinKeys.map(({ name, type }, index) =>
    aliased(castColumn(view, name, type), joinKeys[index]!.name),
  );
  const time = aliased(castColumn(view, view.timestampField, "timestamp"), EVENT_TIME);
  const compared = sql`select *, ${join([...keys, time])} from (${rows})`;
  const added = [...joinKeys.map(({ name }) => name), EVENT_TIME].map((name) => id(name));
  return sql`select * exclude (${join(added)})
from (${withoutDeletedSql(compared, EVENT_TIME, { ...deleted, joinKeys })})`;
}

function castColumn(view: CompiledView, column: string, type: ValueType): Sql {
  const { duckdbType } = view.columns.find(({ name }) => name === column)!;
  return castSql(id(column), duckdbType, type);
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
