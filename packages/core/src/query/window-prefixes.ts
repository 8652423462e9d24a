import type { Partial } from "../aggregation/aggregate.ts";
import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import type { Window } from "../time/view-time.ts";
import { aliased } from "../value/duckdb-type.ts";
import { AT, BOUND } from "./columns.ts";
import { keyList } from "./events.ts";
import { windowStartSql } from "./needed-sql.ts";
import { sameKeys, type RelationNames } from "./probes.ts";
import type { WindowSlot } from "./window-slots.ts";

const EDGE = "__edge";
const EDGE_NUMBER = "__edge_number";

/**
 * Windows as differences of running totals, for partials where that is exact: one ASOF join probes all
 * window edges at once. Where no input at all is null (a sum), the running number of tiles that held a value
 * stands beside the running total, so that a window without any gives null and not zero.
 */
export function windowPrefixesSql(
  view: CompiledView,
  names: RelationNames,
  slots: readonly WindowSlot[],
): Sql {
  const partials = [...new Map(slots.map(({ partial }) => [partial.name, partial])).values()];
  const edges = windowEdges(slots);
  const running = partials.flatMap(runningColumns);
  return sql`select ${keyList(view)}, ${id(BOUND)}, ${join(
    slots.map((slot) => slotSql(slot, edges)),
    ", ",
  )}
from (
  select ${keyList(view, "e")}, ${id("e", BOUND)}, ${id("e", EDGE_NUMBER)}, ${join(
    running.map(({ name }) => id(name)),
    ", ",
  )}
  from (
    select ${keyList(view)}, ${id(BOUND)},
      unnest([${join(
        edges.map(({ at }) => at),
        ", ",
      )}]) as ${id(EDGE)},
      unnest(range(${BigInt(edges.length)})) as ${id(EDGE_NUMBER)}
    from ${names.probes}
  ) as e
  asof join (
    select ${keyList(view)}, ${id(AT)}, ${join(
      running.map(({ name, over }) => aliased(sql`${over} over w`, name)),
      ", ",
    )}
    from ${names.stored}
    window w as (partition by ${keyList(view)} order by ${id(AT)} rows unbounded preceding)
  ) as t
    on ${sameKeys(view, "e", "t")} and ${id("e", EDGE)} > ${id("t", AT)}
)
group by ${keyList(view)}, ${id(BOUND)}`;
}

interface WindowEdge {
  readonly name: string;
  readonly at: Sql;
}

function windowEdges(slots: readonly WindowSlot[]): readonly WindowEdge[] {
  const edges = slots.flatMap(({ window }) => [startEdge(window), endEdge(window)]);
  return [...new Map(edges.map((edge) => [edge.name, edge])).values()];
}

function startEdge(window: Window): WindowEdge {
  const at = windowStartSql(window, id(BOUND));
  return { name: at.text, at };
}

function endEdge(window: Window): WindowEdge {
  const at = window.kind === "lifetime" ? id(BOUND) : sql`(${id(BOUND)} + ${window.offset})`;
  return { name: at.text, at };
}

function total(partial: string): string {
  return `${partial}__total`;
}

function tiles(partial: string): string {
  return `${partial}__tiles`;
}

function runningColumns({ name, empty, mergeSql }: Partial): readonly { name: string; over: Sql }[] {
  const running = { name: total(name), over: mergeSql(id(name)) };
  return empty === null ? [running, { name: tiles(name), over: sql`count(${id(name)})` }] : [running];
}

function slotSql({ name, partial, window }: WindowSlot, edges: readonly WindowEdge[]): Sql {
  const at = (column: string, edge: WindowEdge): Sql => {
    const number = edges.findIndex((candidate) => candidate.name === edge.name);
    return sql`coalesce(any_value(${id(column)}) filter (${id(EDGE_NUMBER)} = ${BigInt(number)}), 0)`;
  };
  const change = (column: string): Sql =>
    sql`(${at(column, endEdge(window))} - ${at(column, startEdge(window))})`;
  const value = change(total(partial.name));
  if (partial.empty !== null) return aliased(value, name);
  return aliased(sql`case when ${change(tiles(partial.name))} > 0 then ${value} end`, name);
}
