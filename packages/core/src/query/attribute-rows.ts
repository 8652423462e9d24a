import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { EVENT_TIME } from "./columns.ts";
import { bestFirst, keyList } from "./events.ts";

/** The columns of stored attribute rows besides the join keys. */
export function attributeColumns(view: CompiledView): readonly string[] {
  return view.shape.kind === "attributes" ? [EVENT_TIME, ...view.shape.features.map(({ name }) => name)] : [];
}

/**
 * One row per key and event time (TIME T8: the best of tied rows), from events. It is what the offline
 * store keeps, so that reads need not choose.
 */
export function attributeRowsSql(view: CompiledView, events: Sql): Sql {
  const columns = attributeColumns(view).map((name) => id(name));
  return sql`select ${keyList(view)}, ${join(columns, ", ")}
from (${events})
qualify row_number() over (
  partition by ${keyList(view)}, ${id(EVENT_TIME)}
  order by ${bestFirst(view)}
) = 1`;
}
