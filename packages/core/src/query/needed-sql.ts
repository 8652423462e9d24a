import { join, sql, type Sql } from "../sql/sql.ts";
import { duration } from "../time/duration.ts";
import { firstVisible } from "../time/law.ts";
import type { ViewTime, Window } from "../time/view-time.ts";
import { floorSql } from "./floor-sql.ts";

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

function oldestAttributeSql(time: ViewTime, boundary: Sql): Sql {
  if (time.ttl === null) return sql`${firstVisible(time)}`;
  return sql`greatest(${firstVisible(time)}, ${floorSql(sql`(${boundary} - ${time.ttl})`, time.grain)})`;
}
