import type { Partial } from "../aggregation/aggregate.ts";
import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, trusted, type Sql } from "../sql/sql.ts";
import type { Window } from "../time/view-time.ts";
import { aliased } from "../value/duckdb-type.ts";
import { AT, BOUND } from "./columns.ts";
import { keyList } from "./events.ts";
import type { RelationNames } from "./probes.ts";
import { atEdgesSql, beforeEdgeSql, edgeNumbers, windowEdges } from "./window-edges.ts";
import { partialsOf, type WindowSlot } from "./window-slots.ts";

const HERE = "__here";
const ROWS = "__rows";
/** After every instant (2^62 µs): probes stand behind the tiles of their key. */
const BEHIND = 2n ** 62n;

/**
 * Windows as ROWS frames over the tiles of a key, its probes standing behind them: for partials that have no
 * difference. One ASOF join counts the tiles before each edge, which says where the frame of a probe begins
 * and ends; RANGE frames, which search for that row by row, take 20 times as long for a key of 10^6 rows. No
 * row for a probe whose key has no tile.
 */
export function windowFramesSql(view: CompiledView, names: RelationNames, slots: readonly WindowSlot[]): Sql {
  return framesSql(view, names, slots, {
    merged: ({ name, mergeSql }, frame) => sql`${mergeSql(id(name), id(AT))} over ${frame}`,
    frame: (first, last) => [first, last],
  });
}

/** How a plan merges tiles by frames. */
export interface FramePlan {
  merged(partial: Partial, frame: Sql): Sql;
  /** The rows of a frame, as how far before the probe it begins and ends, from those of the whole window. */
  frame(first: Sql, last: Sql): readonly [first: Sql, last: Sql];
}

/** Windows as frames, by a plan of what to take of each. */
export function framesSql(
  view: CompiledView,
  names: RelationNames,
  slots: readonly WindowSlot[],
  plan: FramePlan,
): Sql {
  const edges = windowEdges(slots);
  const columns = partialsOf(slots).map(({ name }) => id(name));
  const windows = [...new Map(slots.map(({ window }) => [frameName(window, edges), window])).values()];
  return sql`select ${keyList(view)}, ${id(BOUND)}, ${join(
    slots.map(({ name }) => id(name)),
    ", ",
  )}
from (
  select ${keyList(view)}, ${id(BOUND)}, ${join(
    slots.map((slot) => slotSql(slot, edges, plan)),
    ", ",
  )}
  from (
    select ${keyList(view)}, ${id(AT)}, ${join(columns, ", ")}
    from ${names.stored}
    union all by name
    select *, ${id(BOUND)} + ${BEHIND} as ${id(AT)}
    from (${positionsSql(view, names, edges)})
  )
  window ${join(windows.map((window) => frameSql(view, window, edges, plan)))}
)
where ${id(BOUND)} is not null`;
}

/** Each probe with its row number behind the tiles of its key and the number of tiles before each edge. */
function positionsSql(view: CompiledView, names: RelationNames, edges: readonly Sql[]): Sql {
  const all = edges.length;
  const before = [...edges.keys(), all].map((edge) => aliased(beforeEdgeSql(ROWS, edge), rowsBefore(edge)));
  const counted = atEdgesSql(
    view,
    names,
    [...edges, trusted(`${BEHIND}`)],
    [{ name: ROWS, aggregate: sql`count(*)` }],
    before,
  );
  return sql`select *, ${id(rowsBefore(all))} + row_number() over (
  partition by ${keyList(view)}
  order by ${id(BOUND)}
) as ${id(HERE)}
from (${counted})`;
}

function rowsBefore(edge: number): string {
  return `${ROWS}_${edge}`;
}

function frameName(window: Window, edges: readonly Sql[]): string {
  const { start, end } = edgeNumbers(window, edges);
  return `w_${start}_${end}`;
}

/** The tiles of a probe's window; of a tile, about which nobody asks, itself. */
function frameSql(view: CompiledView, window: Window, edges: readonly Sql[], plan: FramePlan): Sql {
  const { start, end } = edgeNumbers(window, edges);
  const back = (edge: number): Sql => sql`${id(HERE)} - ${id(rowsBefore(edge))}`;
  const [first, last] = plan.frame(sql`${back(start)} - 1`, back(end));
  return sql`${trusted(frameName(window, edges))} as (
    partition by ${keyList(view)}
    order by ${id(AT)}
    rows between coalesce(${first}, 0) preceding and coalesce(${last}, 0) preceding
  )`;
}

function slotSql({ name, partial, window }: WindowSlot, edges: readonly Sql[], plan: FramePlan): Sql {
  return aliased(plan.merged(partial, trusted(frameName(window, edges))), name);
}
