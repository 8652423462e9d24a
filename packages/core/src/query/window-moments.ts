import type { Partial } from "../aggregation/aggregate.ts";
import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { aliased } from "../value/duckdb-type.ts";
import { AT, BOUND } from "./columns.ts";
import { keyList } from "./events.ts";
import { momentAddends, momentColumns as column, pivotColumns } from "./moment-totals.ts";
import type { RelationNames } from "./probes.ts";
import { atEdgesSql, beforeEdgeSql, edgeNumbers, windowEdges } from "./window-edges.ts";
import { partialsOf, type WindowSlot } from "./window-slots.ts";
import { windowTreeSql } from "./window-tree.ts";

/**
 * Up to which ratio of a window's squares about the pivot to those about its own mean a difference is taken:
 * it loses that many times 2^-52, which stays under the billionth of TIME T6.
 */
const WORST_RATIO = 500_000n;
/** Totals keep 120 bits; a window that holds less than 2^-60 of its key's squares has too few of them. */
const LEAST_SHARE = sql`pow(2, -60)`;

/**
 * Windows of moments as differences of running totals about a pivot of each key, near which its values are:
 * integers scaled by key, so that nothing of what left a window remains. The few windows that are narrow
 * beside their distance from the pivot, and keys with NaN or Infinity, go through the tree.
 */
export function windowMomentsSql(
  view: CompiledView,
  names: RelationNames,
  slots: readonly WindowSlot[],
): Sql {
  const partials = partialsOf(slots);
  const relation = (what: string): Sql => id(`__moments_${what}_${names.index}`);
  const [pivots, answers] = [relation("pivots"), relation("answers")];
  const keys = keyList(view);
  const columns = slots.map(({ name }) => id(name));
  const doubtful = sql`(select ${keys}, ${id(BOUND)} from ${answers} where not is_sure)`;
  return sql`with ${pivots} as (
  select ${keys}, ${join(partials.flatMap(pivotColumns))}
  from ${names.stored}
  group by ${keys}
),
${answers} as (
  select ${keys}, ${id(BOUND)}, ${join(slots.map(momentsSql))},
    coalesce(${join(slots.map(isSureSql), " and ")}, false) as is_sure
  from (${differencesSql(view, names, slots, pivots)})
  join ${pivots} using (${keys})
)
select ${keys}, ${id(BOUND)}, ${join(columns)}
from ${answers}
where is_sure
union all
select ${keys}, ${id(BOUND)}, ${join(columns)}
from (${windowTreeSql(view, { ...names, probes: doubtful }, slots)})`;
}

/** What each total adds up to inside each window, still scaled. */
function differencesSql(
  view: CompiledView,
  names: RelationNames,
  slots: readonly WindowSlot[],
  pivots: Sql,
): Sql {
  const partials = partialsOf(slots);
  const edges = windowEdges(slots);
  const addends = partials.flatMap(momentAddends);
  const stored = sql`(
    select ${keyList(view)}, ${id(AT)}, ${join(addends.map(({ name, addend }) => aliased(addend, name)))}
    from ${names.stored}
    join ${pivots} using (${keyList(view)})
  )`;
  const running = addends.map(({ name }) => ({ name, aggregate: sql`sum(${id(name)})` }));
  const changes = slots.flatMap((slot) => {
    const { start, end } = edgeNumbers(slot.window, edges);
    return momentAddends(slot.partial).map(({ name, what }) =>
      aliased(
        sql`(${beforeEdgeSql(name, end)} - ${beforeEdgeSql(name, start)})::double`,
        `${slot.name}__${what}`,
      ),
    );
  });
  return atEdgesSql(view, { ...names, stored }, edges, running, changes);
}

interface Change {
  readonly n: Sql;
  /** The sum of the distances from the pivot. */
  readonly distance: Sql;
  /** The sum of their squares. */
  readonly square: Sql;
}

function changeOf({ name, partial }: WindowSlot): Change {
  const unscaled = (what: "distance" | "square"): Sql =>
    sql`(${id(`${name}__${what}`)} / ${id(column(partial, `${what}_scale`))})`;
  return { n: id(`${name}__n`), distance: unscaled("distance"), square: unscaled("square") };
}

/** The squares about the window's own mean. */
function ownSquareSql({ n, distance, square }: Change): Sql {
  return sql`(${square} - ${distance} * ${distance} / ${n})`;
}

function momentsSql(slot: WindowSlot): Sql {
  const change = changeOf(slot);
  const mean = sql`${id(column(slot.partial, "pivot"))} + ${change.distance} / ${change.n}`;
  return aliased(
    sql`case
      when ${change.n} > 1 then [${change.n}, ${mean}, ${ownSquareSql(change)}]
      when ${change.n} = 1 then [1::double, ${mean}, 0]
    end`,
    slot.name,
  );
}

function isSureSql(slot: WindowSlot): Sql {
  const change = changeOf(slot);
  const total = id(column(slot.partial, "total"));
  return sql`(
      isfinite(${total}) and (
        ${change.n} <= 1
        or ${total} = 0
        or (
          ${change.square} <= ${WORST_RATIO} * ${ownSquareSql(change)}
          and ${change.square} >= ${LEAST_SHARE} * ${total}
        )
      )
    )`;
}

/** Whether the windows of a partial are moments. */
export function isMoments({ name, column }: Partial): boolean {
  return name === `${column}__moments`;
}
