import { id, text } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import type { DurationMicros } from "../time/duration.ts";
import { delay } from "../time/law.ts";
import type { ViewTime } from "../time/view-time.ts";
import { aliased, castSql } from "../value/duckdb-type.ts";
import type { JoinKey } from "../value/key.ts";
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

/** What the spine needs to know of a view in a read; its columns are numbered by its index. */
export interface SpineView {
  readonly joinKeys: readonly JoinKey[];
  readonly time: ViewTime;
  readonly embargo: DurationMicros;
}

/** The column of the spine relation that holds a join key in its value type. */
export function keyColumn(joinKey: string): string {
  return `__key_${joinKey}`;
}

/** The column of the spine relation that holds the bound of the view at an index. */
export function boundColumn(index: number): string {
  return `${BOUND}_${index}`;
}

/**
 * The spine with each row's position, the join keys in their value types and, for each view, its bound
 * (TIME T3) in microseconds.
 */
export function spineSql(spine: Spine, views: readonly SpineView[]): Sql {
  const at = instantSql(spine);
  const bounds = views.map((view, index) => aliased(boundSql(view, at), boundColumn(index)));
  const keys = new Map(
    views.flatMap(({ joinKeys }) => joinKeys).map((key) => [key.name, keySql(spine, key)]),
  );
  return sql`select *, file_row_number as ${id(SPINE_ROW)},
  ${join([...keys.values(), ...bounds])}
from read_parquet(${text(spine.path)}, file_row_number = true, hive_partitioning = false)`;
}

function keySql(spine: Spine, { name, type }: JoinKey): Sql {
  const column = spine.columns.find((candidate) => candidate.name === name)!;
  return aliased(castSql(id(name), column.duckdbType, type), keyColumn(name));
}

/** Microseconds of the spine's `T`. */
export function instantSql(spine: Spine): Sql {
  const column = spine.columns.find(({ name }) => name === spine.timestampKey)!;
  return sql`epoch_us(${castSql(id(spine.timestampKey), column.duckdbType, "timestamp")})`;
}

function boundSql(view: SpineView, at: Sql): Sql {
  return floorSql(sql`(${at} - ${delay(view.time, view.embargo)})`, view.time.grain);
}
