import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { firstVisible } from "../time/law.ts";
import type { TimeRange } from "../time/range.ts";
import { aliased } from "../value/duckdb-type.ts";
import { timedRowsSql, ttlBaseSql } from "./attribute-matches.ts";
import { AT, BOUND, FROM, TO } from "./columns.ts";
import { keyList } from "./events.ts";
import { ceilSql } from "./floor-sql.ts";
import { statusCode, statusColumn } from "./read-status.ts";
import { askedFeatures, type ReadView } from "./read-view.ts";
import { firstBoundSql, firstInstantSql } from "./spine.ts";

/**
 * The intervals of an attribute view (TIME T15), some of them empty: keys, features, status, `__from`, `__to`. A
 * row is served from the first bound that sees it until a newer one is, or it is too old.
 */
export function attributeIntervalsSql(asked: ReadView, range: TimeRange): Sql {
  const { time } = asked.view;
  const features = askedFeatures(asked).map(({ name, column }) => aliased(id(name), column));
  return sql`select ${join([keyList(asked.view), ...features], ", ")},
  ${statusCode("matched")} as ${id(statusColumn(0))},
  greatest(${firstInstantSql(asked, id(BOUND))}, ${range.start}) as ${id(FROM)},
  least(${join(endsSql(asked, range), ", ")}) as ${id(TO)}
from (
  select *, lead(${id(BOUND)}) over (partition by ${keyList(asked.view)} order by ${id(BOUND)}) as __next
  from (
    select *, ${firstBoundSql(asked, id(AT))} as ${id(BOUND)}
    from (${timedRowsSql(asked, asked.stored)})
    where ${id(AT)} >= ${firstVisible(time)}
    qualify row_number() over (
      partition by ${keyList(asked.view)}, ${firstBoundSql(asked, id(AT))} order by ${id(AT)} desc
    ) = 1
  )
)`;
}

function endsSql(asked: ReadView, range: TimeRange): readonly Sql[] {
  const { time } = asked.view;
  const { maxLookback, maxStaleness } = asked.fences;
  const fences = [maxLookback, maxStaleness].filter((fence) => fence !== null);
  const expiry = (ttl: bigint): Sql =>
    firstInstantSql(asked, ceilSql(sql`(${ttlBaseSql(time, id(AT))} + ${ttl})`, time.grain));
  return [
    sql`${range.end}`,
    sql`coalesce(${firstInstantSql(asked, sql`__next`)}, ${range.end})`,
    ...(time.ttl === null ? [] : [expiry(time.ttl)]),
    ...fences.map((fence) => sql`${id(AT)} + ${fence} + 1`),
  ];
}
