import { id, text } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import type { DurationMicros } from "../time/duration.ts";
import { delay } from "../time/law.ts";
import type { ViewTime } from "../time/view-time.ts";
import { castSql } from "../value/duckdb-type.ts";
import { BOUND, SPINE_ROW } from "./columns.ts";
import { floorSql } from "./floor-sql.ts";

/** A spine file: where it is, its columns in order, and which one holds `T`. */
export interface Spine {
  readonly path: string;
  readonly columns: readonly {
    readonly name: string;
    readonly duckdbType: string;
  }[];
  readonly timestampKey: string;
}

/** A view's place in a read: its relations are named by its index. */
export interface SpineView {
  readonly time: ViewTime;
  readonly embargo: DurationMicros;
}

/** The column of the spine relation that holds the bound of the view at an index. */
export function boundColumn(index: number): string {
  return `${BOUND}_${index}`;
}

/** The spine with each row's position and, for each view, its bound (TIME T3) in microseconds. */
export function spineSql(spine: Spine, views: readonly SpineView[]): Sql {
  const at = instantSql(spine);
  const bounds = views.map(
    (view, index) => sql`${boundSql(view, at)} as ${id(boundColumn(index))}`,
  );
  return sql`select *, file_row_number as ${id(SPINE_ROW)}${join(
    bounds.map((one) => sql`, ${one}`),
    "",
  )}
from read_parquet(${text(spine.path)}, file_row_number = true)`;
}

/** Microseconds of the spine's `T`. */
export function instantSql(spine: Spine): Sql {
  const column = spine.columns.find(({ name }) => name === spine.timestampKey)!;
  return sql`epoch_us(${castSql(id(spine.timestampKey), column.duckdbType, "timestamp")})`;
}

function boundSql(view: SpineView, at: Sql): Sql {
  return floorSql(
    sql`(${at} - ${delay(view.time, view.embargo)})`,
    view.time.grain,
  );
}
