import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import type { TimeRange } from "../time/range.ts";
import { aliased } from "../value/duckdb-type.ts";
import { FROM, TO } from "./columns.ts";
import { keyList } from "./events.ts";
import { relationNames, sameKeys } from "./probes.ts";
import { statusColumn, statusSql, unlessSql } from "./read-status.ts";
import { askedFeatures, type ReadView } from "./read-view.ts";
import { rangePlan } from "./range-plan.ts";
import type { AggregateShape } from "./tiles.ts";
import { askedShape, hasInputSql, misfitCases, windowValueSql } from "./window-values.ts";

/**
 * The intervals of an aggregate view (TIME T15): keys, features, status, `__from`, `__to`. Equal neighbours are
 * one interval.
 */
export function aggregateIntervalsSql(asked: ReadView, shape: AggregateShape, range: TimeRange): Sql {
  const { view } = asked;
  const asks = askedFeatures(asked);
  const wanted = askedShape(shape, asks);
  const values = asks.map(({ aggregate, column }) => {
    const misfits = misfitCases(wanted, [aggregate!], "m");
    return aliased(unlessSql(misfits, windowValueSql(wanted, aggregate!, "m")), column);
  });
  const status = statusSql(misfitCases(wanted, wanted.features, "m"), "matched");
  const vector = [...asks.map(({ column }) => id(column)), id(statusColumn(0)), id("__has_input")];
  const same = vector.map((value) => sql`${value} is not distinct from lag(${value}) over w`);
  const names = relationNames(0);
  const plan = rangePlan(asked, wanted, range, names);
  return sql`with ${plan.input},
${names.probes} as (
${plan.probes}
),
${names.matches} as (
${plan.matches}
)
select * exclude (__is_same, __has_input)
from (
  select *, coalesce(lead(${id(FROM)}) over (partition by ${keyList(view)} order by ${id(FROM)}), ${range.end}) as ${id(TO)}
  from (
    select *, lag(${id(FROM)}) over w is not null and ${join(same, " and ")} as __is_same
    from (
      select ${keyList(view, "p")}, ${join(values, ", ")}, ${hasInputSql(wanted, "m")} as __has_input,
        ${aliased(status, statusColumn(0))},
        ${aliased(plan.from, FROM)}
      from ${names.probes} as p
      left join ${names.matches} as m
        on ${sameKeys(view, "p", "m")} and ${id("p", plan.at)} = ${id("m", plan.at)}
    )
    window w as (partition by ${keyList(view)} order by ${id(FROM)})
  )
  where not __is_same
)
where __has_input`;
}
