import { id, text } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { delay, inclusion } from "../time/law.ts";
import { aliased, castSql } from "../value/duckdb-type.ts";
import { BOUND, INSTANT, SPINE_ROW } from "./columns.ts";
import { floorSql } from "./floor-sql.ts";
import { spineKey, type AskedView } from "./read-view.ts";

/** A spine file: where it is, its columns in order, and which one holds `T`. */
export interface Spine {
  readonly path: string;
  readonly columns: readonly {
    readonly name: string;
    readonly duckdbType: string;
  }[];
  readonly timestampKey: string;
}

/** The column of the spine relation that holds a join key, by the spine's name for it, in its value type. */
export function keyColumn(spineColumn: string): string {
  return `__key_${spineColumn}`;
}

/** The column of the spine relation that holds the bound of the view at an index. */
export function boundColumn(index: number): string {
  return `${BOUND}_${index}`;
}

/**
 * The spine with each row's position, its instant, the join keys in their value types and, for each view, its
 * bound (TIME T3); instants in microseconds.
 */
export function spineSql(spine: Spine, views: readonly AskedView[]): Sql {
  const bounds = views.map((view, index) => aliased(boundSql(view, id(INSTANT)), boundColumn(index)));
  return sql`select *, ${join(bounds, ", ")}
from (
  select *, file_row_number as ${id(SPINE_ROW)}, ${join([...keySql(spine, views), instantSql(spine)], ", ")}
  from read_parquet(${text(spine.path)}, file_row_number = true, hive_partitioning = false)
)`;
}

function keySql(spine: Spine, views: readonly AskedView[]): readonly Sql[] {
  const keys = views.flatMap((asked) =>
    asked.view.joinKeys.map((key) => [spineKey(asked, key), key.type] as const),
  );
  return [...new Map(keys)].map(([name, type]) => {
    const column = spine.columns.find((candidate) => candidate.name === name)!;
    return aliased(castSql(id(name), column.duckdbType, type), keyColumn(name));
  });
}

function instantSql(spine: Spine): Sql {
  const column = spine.columns.find(({ name }) => name === spine.timestampKey)!;
  const at = castSql(id(spine.timestampKey), column.duckdbType, "timestamp");
  return aliased(sql`epoch_us(${at})`, INSTANT);
}

/** SQL of `bound(view, at, fences)` of TIME T3 over integer microseconds. */
export function boundSql({ view: { time }, fences }: AskedView, at: Sql): Sql {
  const floored = floorSql(sql`(${at} - ${delay(time, fences.embargo)})`, time.grain);
  const added = inclusion(time, fences);
  return added === 0n ? floored : sql`(${floored} + ${added})`;
}

/** SQL of `firstInstantOf(view, bound, fences)` of TIME T3. */
export function firstInstantSql({ view: { time }, fences }: AskedView, boundary: Sql): Sql {
  return sql`(${boundary} + ${delay(time, fences.embargo)} - ${inclusion(time, fences)})`;
}

/** SQL of `firstBoundOf(view, eventTime)` of TIME T3. */
export function firstBoundSql({ view: { time } }: AskedView, eventTime: Sql): Sql {
  return sql`(${floorSql(eventTime, time.grain)} + ${time.grain})`;
}
