import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { CREATED_TIME, EVENT_TIME, VERSION } from "./columns.ts";
import { bestFirst, keyList } from "./events.ts";

/** Whether every version of a row is kept, for `knownAt` (TIME T14), and not only the one that won. */
export function keepsVersions({ shape, createdTimestampField }: CompiledView): boolean {
  return shape.kind === "attributes" && createdTimestampField !== null;
}

/** The columns of stored attribute rows besides the join keys. */
function attributeColumns(view: CompiledView): readonly string[] {
  return view.shape.kind === "attributes" ? [EVENT_TIME, ...view.shape.features.map(({ name }) => name)] : [];
}

/**
 * One row per key and event time (TIME T8: the best of tied rows), from events: what a read without
 * `knownAt` looks at, so that it need not choose.
 */
export function attributeRowsSql(view: CompiledView, events: Sql): Sql {
  return sql`${rowsSql(
    view,
    events,
    attributeColumns(view).map((name) => id(name)),
  )}
qualify ${versionSql(view)} = 1`;
}

/** Every row, with its created time and its rank among those of its key and event time (TIME T8). */
export function attributeVersionsSql(view: CompiledView, events: Sql): Sql {
  const columns = [...attributeColumns(view), CREATED_TIME].map((name) => id(name));
  return rowsSql(view, events, [...columns, sql`${versionSql(view)} as ${id(VERSION)}`]);
}

function rowsSql(view: CompiledView, events: Sql, columns: readonly Sql[]): Sql {
  return sql`select ${keyList(view)}, ${join(columns, ", ")}
from (${events})`;
}

function versionSql(view: CompiledView): Sql {
  return sql`row_number() over (
  partition by ${keyList(view)}, ${id(EVENT_TIME)}
  order by ${bestFirst(view)}
)`;
}
