import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { firstVisible } from "../time/law.ts";
import type { TimeRange } from "../time/range.ts";
import { aliased } from "../value/duckdb-type.ts";
import { timedRowsSql, ttlBaseSql } from "./attribute-matches.ts";
import { AT, FROM, KNOWN_FROM, TO } from "./columns.ts";
import { keyList } from "./events.ts";
import { ceilSql } from "./floor-sql.ts";
import { statusCode, statusColumn } from "./read-status.ts";
import { askedFeatures, type ReadView } from "./read-view.ts";
import { firstBoundSql, firstInstantSql } from "./spine.ts";

/**
 * The intervals of an attribute view (TIME T15), some of them empty: keys, features, status, `__from`, `__to`. A
 * row is served from the first instant that sees it, and knows it where that counts (TIME T14), until a newer one is,
 * or it is too old.
 */
export function attributeIntervalsSql(asked: ReadView, range: TimeRange): Sql {
  const features = askedFeatures(asked).map(({ name, column }) => aliased(id(name), column));
  return sql`select ${join([keyList(asked.view), ...features], ", ")},
  ${statusCode("matched")} as ${id(statusColumn(0))},
  greatest(__first, ${range.start}) as ${id(FROM)},
  least(${join(endsSql(asked, range), ", ")}) as ${id(TO)}
from (
  select *, lead(__first) over (partition by ${keyList(asked.view)} order by __first) as __next
  from (${asked.fences.isKnownAt ? knownSql(asked) : visibleSql(asked)})
)`;
}

/** The newest row of each key and bound, from the first instant that sees it (`__first`). */
function visibleSql(asked: ReadView): Sql {
  const boundary = firstBoundSql(asked, id(AT));
  return sql`select *, ${firstInstantSql(asked, boundary)} as __first
  from (${rowsSql(asked)})
  qualify row_number() over (partition by ${keyList(asked.view)}, ${boundary} order by ${id(AT)} desc) = 1`;
}

function knownSql(asked: ReadView): Sql {
  return sql`select *, ${id(KNOWN_FROM)} as __first from (${rowsSql(asked)})`;
}

function rowsSql(asked: ReadView): Sql {
  return sql`select * from (${timedRowsSql(asked, asked.stored)}) where ${id(AT)} >= ${firstVisible(asked.view.time)}`;
}

function endsSql(asked: ReadView, range: TimeRange): readonly Sql[] {
  const { time } = asked.view;
  const { maxLookback, maxStaleness } = asked.fences;
  const fences = [maxLookback, maxStaleness].filter((fence) => fence !== null);
  const expiry = (ttl: bigint): Sql =>
    firstInstantSql(asked, ceilSql(sql`(${ttlBaseSql(time, id(AT))} + ${ttl})`, time.grain));
  return [
    sql`${range.end}`,
    sql`coalesce(__next, ${range.end})`,
    ...(time.ttl === null ? [] : [expiry(time.ttl)]),
    ...fences.map((fence) => sql`${id(AT)} + ${fence} + 1`),
  ];
}
