import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import type { Window } from "../time/view-time.ts";
import { aliased } from "../value/duckdb-type.ts";
import { AT, BOUND } from "./columns.ts";
import { keyList } from "./events.ts";
import { windowEndSql, windowStartSql } from "./needed-sql.ts";
import { sameKeys, type RelationNames } from "./probes.ts";
import type { WindowSlot } from "./window-slots.ts";

const EDGE = "__edge";
const EDGE_NUMBER = "__edge_number";

/** The distinct instants at which windows begin or end, as SQL over a probe's bound. */
export function windowEdges(slots: readonly WindowSlot[]): readonly Sql[] {
  const edges = slots.flatMap(({ window }) => [startEdge(window), endEdge(window)]);
  return [...new Map(edges.map((edge) => [edge.text, edge])).values()];
}

/** Where among the edges a window begins and ends. */
export function edgeNumbers(window: Window, edges: readonly Sql[]): { start: number; end: number } {
  const number = (edge: Sql): number => edges.findIndex(({ text }) => text === edge.text);
  return { start: number(startEdge(window)), end: number(endEdge(window)) };
}

/** A lifetime that has not begun at the bound is empty, not negative. */
function startEdge(window: Window): Sql {
  const start = windowStartSql(window, id(BOUND));
  return window.kind === "lifetime" ? sql`least(${start}, ${id(BOUND)})` : start;
}

function endEdge(window: Window): Sql {
  return windowEndSql(window, id(BOUND));
}

/** A column that runs along the tiles of a key in their order: `aggregate` of a tile and all before it. */
export interface RunningColumn {
  readonly name: string;
  readonly aggregate: Sql;
}

/**
 * SELECT of `values` grouped by probe, over what running columns are just before each edge, whatever the
 * number of edges by one ASOF join; `beforeEdgeSql` picks an edge. No row for a probe before all tiles.
 */
export function atEdgesSql(
  view: CompiledView,
  names: RelationNames,
  edges: readonly Sql[],
  columns: readonly RunningColumn[],
  values: readonly Sql[],
): Sql {
  return sql`select ${keyList(view)}, ${id(BOUND)}, ${join(values, ", ")}
from (
  select ${keyList(view, "e")}, ${id("e", BOUND)}, ${id("e", EDGE_NUMBER)}, ${join(
    columns.map(({ name }) => id("t", name)),
    ", ",
  )}
  from (
    select ${keyList(view)}, ${id(BOUND)},
      unnest([${join(edges, ", ")}]) as ${id(EDGE)},
      unnest(range(${BigInt(edges.length)})) as ${id(EDGE_NUMBER)}
    from ${names.probes}
  ) as e
  asof join (
    select ${keyList(view)}, ${id(AT)}, ${join(
      columns.map(({ name, aggregate }) => aliased(sql`${aggregate} over w`, name)),
      ", ",
    )}
    from ${names.stored}
    window w as (partition by ${keyList(view)} order by ${id(AT)} rows unbounded preceding)
  ) as t
    on ${sameKeys(view, "e", "t")} and ${id("e", EDGE)} > ${id("t", AT)}
)
group by ${keyList(view)}, ${id(BOUND)}`;
}

/** What a running column was just before an edge: 0 before all tiles. */
export function beforeEdgeSql(column: string, edge: number): Sql {
  return sql`coalesce(any_value(${id(column)}) filter (${id(EDGE_NUMBER)} = ${BigInt(edge)}), 0)`;
}
