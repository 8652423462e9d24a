import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, nothing, sql, type Sql } from "../sql/sql.ts";
import { aliased } from "../value/duckdb-type.ts";
import { AT, BOUND, CREATED_TIME, EVENT_ID, EVENT_TIME, INSTANT } from "./columns.ts";
import { bestFirst, keyList, placeSql } from "./events.ts";
import { windowEndSql, windowStartSql } from "./needed-sql.ts";
import { sameKeys, type RelationNames } from "./probes.ts";
import type { AggregateShape } from "./tiles.ts";
import { windowSlots, type WindowSlot } from "./window-slots.ts";

/**
 * What these windows look at: events with their time and created time (`__made`) in microseconds, since tiles do not
 * keep which of theirs were known when.
 */
export function knownInputSql(names: RelationNames, events: Sql): Sql {
  return sql`${names.stored} as materialized (
select *, epoch_us(${id(EVENT_TIME)}) as ${id(AT)}, epoch_us(${id(CREATED_TIME)}) as __made
from (${events})
where ${id(CREATED_TIME)} is not null
)`;
}

/**
 * TIME T14 for aggregates: for each probe of key, bound and instant the partials of every window over the
 * events that were created by the instant, one column a slot. Of rows of one event the best that was known
 * then counts (TIME T8). The work is that of all events in all windows: nothing can be shared between instants.
 */
export function knownWindowsSql(view: CompiledView, shape: AggregateShape, names: RelationNames): Sql {
  const slots = windowSlots(shape);
  return sql`select ${probeKeys(view)}, ${join(
    slots.map((slot) => slotSql(view, slot)),
    ", ",
  )}
from (
  select r.*, ${id("p", BOUND)}, ${id("p", INSTANT)}
  from ${names.probes} as p
  join ${names.stored} as r
    on ${sameKeys(view, "p", "r")}
    and ${id("r", AT)} < ${id("p", BOUND)}
    and ${id("r", AT)} >= least(${join(
      slots.map(({ window }) => windowStartSql(window, id("p", BOUND))),
      ", ",
    )})
    and r.__made <= ${id("p", INSTANT)}
  ${distinctSql(view)}
)
group by ${probeKeys(view)}`;
}

function probeKeys(view: CompiledView): Sql {
  return sql`${keyList(view)}, ${id(BOUND)}, ${id(INSTANT)}`;
}

function distinctSql(view: CompiledView): Sql {
  if (view.eventIdField === null) return nothing;
  return sql`qualify ${id("r", EVENT_ID)} is null or row_number() over (
    partition by ${keyList(view, "r")}, ${id("p", BOUND)}, ${id("p", INSTANT)}, ${id("r", EVENT_TIME)}, ${id("r", EVENT_ID)}
    order by ${bestFirst(view)}
  ) = 1`;
}

/** Null inputs are skipped (TIME T6), so events outside the window become nulls. */
function slotSql(view: CompiledView, { name, partial, window }: WindowSlot): Sql {
  const inside = sql`${id(AT)} >= ${windowStartSql(window, id(BOUND))} and ${id(AT)} < ${windowEndSql(window, id(BOUND))}`;
  const value = sql`case when ${inside} then ${id(partial.column)} end`;
  return aliased(partial.liftSql(value, placeSql(view)), name);
}
