import { join, sql, type Sql } from "../sql/sql.ts";
import { duration } from "../time/duration.ts";
import type { TimeRange } from "../time/range.ts";
import { firstVisible, startBound } from "../time/law.ts";
import type { ViewTime, Window } from "../time/view-time.ts";
import { floorSql } from "./floor-sql.ts";
import type { AskedView } from "./read-view.ts";

/** SQL of `neededFrom(view, bound)` of TIME, over integer microseconds. */
export function neededFromSql(time: ViewTime, boundary: Sql): Sql {
  if (time.windows.length === 0) return oldestAttributeSql(time, boundary);
  const starts = time.windows.map((window) => windowStartSql(window, boundary));
  return floorSql(sql`least(${join(starts, ", ")})`, time.grain);
}

/** SQL of the first instant of a window at a bound. */
export function windowStartSql(window: Window, boundary: Sql): Sql {
  if (window.kind === "lifetime") return sql`${window.start}`;
  return sql`(${boundary} + ${duration(window.offset - window.size)})`;
}

/** SQL of the end of a window at a bound. */
export function windowEndSql(window: Window, boundary: Sql): Sql {
  return window.kind === "lifetime" || window.offset === 0n
    ? boundary
    : sql`(${boundary} + ${window.offset})`;
}

function oldestAttributeSql(time: ViewTime, boundary: Sql): Sql {
  if (time.ttl === null) return sql`${firstVisible(time)}`;
  return sql`greatest(${firstVisible(time)}, ${floorSql(sql`(${boundary} - ${time.ttl})`, time.grain)})`;
}

/** SQL of the earliest instant that the answer to a spine row needs: `maxLookback` prunes (TIME T11). */
export function neededByRowSql({ view: { time }, fences }: AskedView, boundary: Sql, at: Sql): Sql {
  const needed = neededFromSql(time, boundary);
  return fences.maxLookback === null ? needed : sql`greatest(${needed}, ${at} - ${fences.maxLookback})`;
}

/** A row of a spine, as SQL. */
export interface SpineRowSql {
  readonly keys: readonly Sql[];
  readonly boundary: Sql;
  readonly instant: Sql;
}

/** Whether the answer to a spine row needs something of the ranges (TIME T12); a null key needs nothing. */
export function touchesSql(
  asked: AskedView,
  gaps: readonly TimeRange[],
  { keys, boundary, instant }: SpineRowSql,
): Sql {
  const needed = neededByRowSql(asked, boundary, instant);
  const touched = gaps.map((gap) => sql`(${boundary} > ${gap.start} and ${needed} < ${gap.end})`);
  const isAsked = [
    ...keys.map((key) => sql`${key} is not null`),
    sql`${boundary} >= ${startBound(asked.view.time)}`,
  ];
  return sql`(${join(isAsked, " and ")} and (${join(touched, " or ")}))`;
}
