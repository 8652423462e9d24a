import { sql, type Sql } from "../sql/sql.ts";
import type { DurationMicros } from "../time/duration.ts";

/** SQL of `floor(instant, grid)` of TIME over integer microseconds; a true floor, also before 1970. */
export function floorSql(micros: Sql, grid: DurationMicros): Sql {
  if (grid === 1n) return micros;
  return sql`(${micros} - (${micros} % ${grid} + ${grid}) % ${grid})`;
}

/** SQL of `ceil(instant, grid)` of TIME over integer microseconds. */
export function ceilSql(micros: Sql, grid: DurationMicros): Sql {
  return grid === 1n ? micros : sql`(-${floorSql(sql`(-${micros})`, grid)})`;
}
