import type { CompiledView, ViewShape } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { aliased } from "../value/duckdb-type.ts";
import { EVENT_ID, EVENT_TIME, TILE_START } from "./columns.ts";
import { bestFirst, keyList, placeSql } from "./events.ts";
import { floorSql } from "./floor-sql.ts";

/** The shape of a view that stores tiles. */
export type AggregateShape = Extract<ViewShape, { kind: "aggregates" }>;

/** One row per key and aggregation interval that has events: the tile's start and its partials. */
export function tilesSql(view: CompiledView, shape: AggregateShape, events: Sql): Sql {
  const partials = shape.partials.map((partial) =>
    aliased(partial.liftSql(id(partial.column), placeSql(view)), partial.name),
  );
  return sql`select
  ${keyList(view)},
  make_timestamp(${floorSql(sql`epoch_us(${id(EVENT_TIME)})`, shape.interval)}) as ${id(TILE_START)},
  ${join(partials)}
from (${distinctEventsSql(view, events)})
group by all`;
}

/** TIME T8: rows of equal keys, event time and id are one event; a null id is never a duplicate. */
function distinctEventsSql(view: CompiledView, events: Sql): Sql {
  if (view.eventIdField === null) return events;
  return sql`select *
from (${events})
qualify ${id(EVENT_ID)} is null or row_number() over (
  partition by ${keyList(view)}, ${id(EVENT_TIME)}, ${id(EVENT_ID)}
  order by ${bestFirst(view)}
) = 1`;
}
