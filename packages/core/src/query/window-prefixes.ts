import type { Partial } from "../aggregation/aggregate.ts";
import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { sql, type Sql } from "../sql/sql.ts";
import { aliased } from "../value/duckdb-type.ts";
import type { RelationNames } from "./probes.ts";
import { addendSql, fromDifferenceSql } from "./running-total.ts";
import { atEdgesSql, beforeEdgeSql, edgeNumbers, windowEdges, type RunningColumn } from "./window-edges.ts";
import { partialsOf, type WindowSlot } from "./window-slots.ts";

/**
 * Windows as differences of running totals. Where no input at all is null (a sum), the running number of
 * tiles that held a value stands beside the running total, so that a window without any gives null and not
 * zero. No row for a probe before all tiles of its key.
 */
export function windowPrefixesSql(
  view: CompiledView,
  names: RelationNames,
  slots: readonly WindowSlot[],
): Sql {
  const edges = windowEdges(slots);
  const columns = partialsOf(slots).flatMap((partial) => runningColumns(partial, slots));
  return atEdgesSql(
    view,
    names,
    edges,
    columns,
    slots.map((slot) => slotSql(slot, slots, edges)),
  );
}

function runningColumns(partial: Partial, slots: readonly WindowSlot[]): readonly RunningColumn[] {
  const running = { name: total(partial), aggregate: sql`sum(${addendSql(partial)})` };
  const inputs = inputsOf(partial, slots);
  if (inputs !== tiles(partial)) return [running];
  return [running, { name: inputs, aggregate: sql`count(${id(partial.name)})` }];
}

function total({ name }: Partial): string {
  return `${name}__total`;
}

function tiles({ name }: Partial): string {
  return `${name}__tiles`;
}

/** The running column that grows exactly where the partial has input: the column's count if it is asked too. */
function inputsOf(partial: Partial, slots: readonly WindowSlot[]): string {
  if (partial.empty !== null) return total(partial);
  const count = slots.find((slot) => slot.partial.name === `${partial.column}__count`);
  return count === undefined ? tiles(partial) : total(count.partial);
}

function slotSql(
  { name, partial, window }: WindowSlot,
  slots: readonly WindowSlot[],
  edges: readonly Sql[],
): Sql {
  const { start, end } = edgeNumbers(window, edges);
  const change = (column: string): Sql =>
    sql`(${beforeEdgeSql(column, end)} - ${beforeEdgeSql(column, start)})`;
  const value = fromDifferenceSql(partial, change(total(partial)));
  if (partial.empty !== null) return aliased(value, name);
  return aliased(sql`case when ${change(inputsOf(partial, slots))} > 0 then ${value} end`, name);
}
