import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { micros } from "../time/instant.ts";
import { bound, startBound } from "../time/law.ts";
import type { TimeRange } from "../time/range.ts";
import { aliased } from "../value/duckdb-type.ts";
import { edgeGrid } from "./coarsened-tiles.ts";
import { AT, BOUND, FROM, TO } from "./columns.ts";
import { keyList } from "./events.ts";
import { ceilSql } from "./floor-sql.ts";
import { relationNames, sameKeys } from "./probes.ts";
import { statusColumn, statusSql, unlessSql } from "./read-status.ts";
import { askedFeatures, type ReadView } from "./read-view.ts";
import { firstInstantSql } from "./spine.ts";
import type { AggregateShape } from "./tiles.ts";
import { windowMatchesSql } from "./window-matches.ts";
import { askedShape, hasInputSql, misfitCases, windowTilesSql, windowValueSql } from "./window-values.ts";

/**
 * The intervals of an aggregate view (TIME T15): keys, features, status, `__from`, `__to`. Windows change where a
 * tile enters or leaves one; equal neighbours are one interval.
 */
export function aggregateIntervalsSql(asked: ReadView, shape: AggregateShape, range: TimeRange): Sql {
  const { view } = asked;
  const names = relationNames(0);
  const asks = askedFeatures(asked);
  const wanted = askedShape(shape, asks);
  const values = asks.map(({ aggregate, column }) => {
    const misfits = misfitCases(wanted, [aggregate!], "m");
    return aliased(unlessSql(misfits, windowValueSql(wanted, aggregate!, "m")), column);
  });
  const status = statusSql(misfitCases(wanted, wanted.features, "m"), "matched");
  const vector = [...asks.map(({ column }) => id(column)), id(statusColumn(0)), id("__has_input")];
  const same = vector.map((value) => sql`${value} is not distinct from lag(${value}) over w`);
  return sql`with ${windowTilesSql(view, wanted, names.stored, asked.stored)},
${names.probes} as (
${changesSql(asked, wanted, range)}
),
${names.matches} as (
${windowMatchesSql(view, wanted, names)}
)
select * exclude (__is_same, __has_input)
from (
  select *, coalesce(lead(${id(FROM)}) over (partition by ${keyList(view)} order by ${id(FROM)}), ${range.end}) as ${id(TO)}
  from (
    select *, lag(${id(FROM)}) over w is not null and ${join(same, " and ")} as __is_same
    from (
      select ${keyList(view, "p")}, ${join(values, ", ")}, ${hasInputSql(wanted, "m")} as __has_input,
        ${aliased(status, statusColumn(0))},
        greatest(${firstInstantSql(asked, id("p", BOUND))}, ${range.start}) as ${id(FROM)}
      from ${names.probes} as p
      left join ${names.matches} as m
        on ${sameKeys(view, "p", "m")} and ${id("p", BOUND)} = ${id("m", BOUND)}
    )
    window w as (partition by ${keyList(view)} order by ${id(FROM)})
  )
  where not __is_same
)
where __has_input`;
}

/** For each key the bounds of the range at which a tile enters or leaves a window, and the first bound. */
function changesSql(asked: ReadView, shape: AggregateShape, range: TimeRange): Sql {
  const { view } = asked;
  const { time } = view;
  const grid = edgeGrid(view, shape);
  const first = [bound(time, range.start, asked.fences), startBound(time)].reduce((a, b) => (a > b ? a : b));
  const last = bound(time, micros(range.end - 1n), asked.fences);
  const changes = shape.features.flatMap(({ window }) => {
    const end = sql`(${id(AT)} + ${grid})`;
    if (window.kind === "lifetime") return [sql`greatest(${end}, ${window.start})`];
    return [sql`(${end} - ${window.offset})`, sql`(${end} - ${window.offset} + ${window.size})`];
  });
  const { stored } = relationNames(0);
  const distinct = [...new Map(changes.map((change) => [change.text, change])).values()];
  return sql`select distinct ${keyList(view)}, ${id(BOUND)}
from (
  select ${keyList(view)}, ${ceilSql(id("__change"), time.grain)} as ${id(BOUND)}
  from (select ${keyList(view)}, unnest([${join(distinct, ", ")}]) as __change from ${stored})
  union all
  select ${keyList(view)}, ${first}
  from ${stored}
)
where ${id(BOUND)} between ${first} and ${last}`;
}
