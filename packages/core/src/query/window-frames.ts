import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, trusted, type Sql } from "../sql/sql.ts";
import type { Window } from "../time/view-time.ts";
import { aliased } from "../value/duckdb-type.ts";
import { AT, BOUND } from "./columns.ts";
import { keyList } from "./events.ts";
import type { RelationNames } from "./probes.ts";
import type { WindowSlot } from "./window-slots.ts";

/**
 * Windows as RANGE frames over tiles and probes laid on one line: for partials whose windows cannot be a
 * difference of running totals (extremes, sums of doubles: TIME T6). Only what is in the frame is merged.
 */
export function windowFramesSql(view: CompiledView, names: RelationNames, slots: readonly WindowSlot[]): Sql {
  const partials = [...new Map(slots.map(({ partial }) => [partial.name, partial])).values()];
  const columns = partials.map(({ name }) => id(name));
  const windows = [...new Map(slots.map(({ window }) => [windowName(window), window])).values()];
  return sql`select ${keyList(view)}, ${id(AT)} as ${id(BOUND)}, ${join(
    slots.map(({ name }) => id(name)),
    ", ",
  )}
from (
  select ${keyList(view)}, ${id(AT)}, ${id("__is_probe")}, ${join(slots.map(slotSql), ", ")}
  from (
    select ${keyList(view)}, ${id(AT)}, false as ${id("__is_probe")}, ${join(columns, ", ")}
    from ${names.stored}
    union all by name
    select ${keyList(view)}, ${id(BOUND)} as ${id(AT)}, true as ${id("__is_probe")}
    from ${names.probes}
  )
  window ${join(windows.map((window) => windowSql(view, window)))}
)
where ${id("__is_probe")}`;
}

function windowName(window: Window): string {
  return window.kind === "lifetime" ? "w_lifetime" : `w_${window.size}_${-window.offset}`;
}

/** `[bound − size + offset, bound + offset)` seen from the probe; probes themselves hold no partials. */
function windowSql(view: CompiledView, window: Window): Sql {
  const partition = sql`${trusted(windowName(window))} as (partition by ${keyList(view)} order by ${id(AT)}`;
  if (window.kind === "lifetime") return sql`${partition} range between unbounded preceding and 1 preceding)`;
  const [first, last] = [window.size - window.offset, 1n - window.offset];
  return sql`${partition} range between ${first} preceding and ${last} preceding)`;
}

function slotSql({ name, partial, window }: WindowSlot): Sql {
  const column = id(partial.name);
  const value =
    window.kind === "lifetime" ? sql`case when ${id(AT)} >= ${window.start} then ${column} end` : column;
  return aliased(sql`${partial.mergeSql(value)} over ${trusted(windowName(window))}`, name);
}
