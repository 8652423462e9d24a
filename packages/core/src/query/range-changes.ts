import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { micros, type EpochMicros } from "../time/instant.ts";
import { bound, firstAnswered, startBound } from "../time/law.ts";
import type { TimeRange } from "../time/range.ts";
import { edgeGrid } from "./coarsened-tiles.ts";
import { AT, BOUND, INSTANT } from "./columns.ts";
import { keyList } from "./events.ts";
import { ceilSql, floorSql } from "./floor-sql.ts";
import type { ReadView } from "./read-view.ts";
import { boundSql, firstInstantSql } from "./spine.ts";
import type { AggregateShape } from "./tiles.ts";

/** For each key the bounds of the range at which a tile enters or leaves a window, and the first bound. */
export function changesSql(asked: ReadView, shape: AggregateShape, range: TimeRange, stored: Sql): Sql {
  const { view, fences } = asked;
  const keys = keyList(view);
  const first = later(bound(view.time, range.start, fences), startBound(view.time));
  const last = bound(view.time, micros(range.end - 1n), fences);
  const changes = join(windowEdges(asked, shape, id(AT)), ", ");
  return sql`select distinct ${keys}, ${id(BOUND)}
from (
  select ${keys}, unnest([${changes}]) as ${id(BOUND)} from ${stored}
  union all
  select ${keys}, ${first} from ${stored}
)
where ${id(BOUND)} between ${first} and ${last}`;
}

/** TIME T14: the same of events that count from when they were created on, as instants with their bounds. */
export function knownChangesSql(asked: ReadView, shape: AggregateShape, range: TimeRange, stored: Sql): Sql {
  const { view, fences } = asked;
  const keys = keyList(view);
  const first = later(range.start, firstAnswered(view.time, fences));
  const tile = floorSql(id(AT), edgeGrid(view, shape));
  const seen = windowEdges(asked, shape, tile).map((edge) => firstInstantSql(asked, edge));
  return sql`select distinct ${keys}, ${id(INSTANT)}, ${boundSql(asked, id(INSTANT))} as ${id(BOUND)}
from (
  select ${keys}, unnest([${join(seen, ", ")}, __made]) as ${id(INSTANT)} from ${stored}
  union all
  select ${keys}, ${first} from ${stored}
)
where ${id(INSTANT)} between ${first} and ${range.end - 1n}`;
}

/** The bounds at which the tile of a start enters or leaves a window, each once. */
function windowEdges({ view }: ReadView, shape: AggregateShape, start: Sql): readonly Sql[] {
  const end = sql`(${start} + ${edgeGrid(view, shape)})`;
  const edges = shape.features.flatMap(({ window }) => {
    if (window.kind === "lifetime") return [sql`greatest(${end}, ${window.start})`];
    return [sql`(${end} - ${window.offset})`, sql`(${end} - ${window.offset} + ${window.size})`];
  });
  const bounds = edges.map((edge) => ceilSql(edge, view.time.grain));
  return [...new Map(bounds.map((edge) => [edge.text, edge])).values()];
}

function later(a: EpochMicros, b: EpochMicros): EpochMicros {
  return a > b ? a : b;
}
