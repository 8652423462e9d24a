import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { duration, type DurationMicros } from "../time/duration.ts";
import type { Window } from "../time/view-time.ts";
import { aliased } from "../value/duckdb-type.ts";
import { AT, TILE_START } from "./columns.ts";
import { keyList } from "./events.ts";
import { floorSql } from "./floor-sql.ts";
import type { AggregateShape } from "./tiles.ts";

/**
 * The widest grid on which every edge of every window lies, whatever the bound: with a daily schedule and
 * windows of whole days a read may merge the hourly tiles of a day before it looks at windows.
 */
export function edgeGrid(view: CompiledView, shape: AggregateShape): DurationMicros {
  const lengths = shape.features.flatMap(({ window }) => edgeLengths(window));
  const grid = lengths.reduce(greatestCommonDivisor, view.time.grain);
  return grid % shape.interval === 0n ? duration(grid) : shape.interval;
}

function edgeLengths(window: Window): readonly bigint[] {
  return window.kind === "lifetime" ? [window.start] : [window.size, window.offset];
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** Tiles merged up to the grid of the edges, their start in microseconds (`__at`). */
export function coarsenedTilesSql(view: CompiledView, shape: AggregateShape, tiles: Sql): Sql {
  const grid = edgeGrid(view, shape);
  const start = sql`epoch_us(${id(TILE_START)})`;
  if (grid === shape.interval) return sql`select *, ${aliased(start, AT)} from (${tiles})`;
  const merged = shape.partials.map((partial) =>
    aliased(partial.mergeSql(id(partial.name), start), partial.name),
  );
  return sql`select ${keyList(view)}, ${aliased(floorSql(start, grid), AT)}, ${join(merged, ", ")}
from (${tiles})
group by all`;
}
