import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { isInstantGrain } from "../time/law.ts";
import { aliased } from "../value/duckdb-type.ts";
import { AT, CREATED_TIME, EVENT_TIME, INSTANT, KNOWN_FROM, VERSION } from "./columns.ts";
import { keyList } from "./events.ts";
import { floorSql } from "./floor-sql.ts";
import type { AskedView } from "./read-view.ts";
import type { StatusCase } from "./read-status.ts";
import { firstBoundSql, firstInstantSql } from "./spine.ts";

/** Stored rows with their time as microseconds (`__at`), which the join compares. */
export function timedRowsSql(asked: AskedView, stored: Sql): Sql {
  const timed = sql`select * exclude (${id(EVENT_TIME)}), ${aliased(sql`epoch_us(${id(EVENT_TIME)})`, AT)}
from (${stored})`;
  return asked.fences.isKnownAt ? knownRowsSql(asked, timed) : timed;
}

/**
 * TIME T14: the rows that were at some instant the newest of those known then, each from when it was
 * (`__known_from`). A row is known once it is visible and created; of those known the newest wins, so a row
 * counts only if no better one was known when it came.
 */
function knownRowsSql(asked: AskedView, timed: Sql): Sql {
  const keys = keyList(asked.view);
  const visible = firstInstantSql(asked, firstBoundSql(asked, id(AT)));
  return sql`select *
from (
  select *, max(__rank) over (
    partition by ${keys} order by ${id(KNOWN_FROM)} range unbounded preceding
  ) as __best
  from (
    select *,
      greatest(${visible}, epoch_us(${id(CREATED_TIME)})) as ${id(KNOWN_FROM)},
      row_number() over (partition by ${keys} order by ${id(AT)}, ${id(VERSION)} desc) as __rank
    from (${timed})
    where ${id(CREATED_TIME)} is not null
  )
)
where __rank = __best`;
}

/**
 * The join of a spine row `s` with the newest row `r` before its bound (TIME T3, T8), or the newest known at
 * its instant (TIME T14). One row per key and event time is an invariant of what is read, so there are no ties.
 */
export function attributeJoinSql(
  view: CompiledView,
  asked: AskedView,
  spineKeys: readonly string[],
  { stored, alias, boundary }: { readonly stored: Sql; readonly alias: string; readonly boundary: Sql },
): Sql {
  const keys = view.joinKeys.map(
    ({ name }, index) => sql`${id("s", spineKeys[index]!)} = ${id(alias, name)}`,
  );
  const before = asked.fences.isKnownAt
    ? sql`${id("s", INSTANT)} >= ${id(alias, KNOWN_FROM)}`
    : sql`${boundary} > ${id(alias, AT)}`;
  return sql`asof left join ${stored} as ${id(alias)}
  on ${join(keys, " and ")} and ${before}`;
}

/** Why a matched row is not served (TIME T7, T11); `row` is its time, null where none matched. */
export function unservedCases(asked: AskedView, row: Sql, boundary: Sql, at: Sql): readonly StatusCase[] {
  const { maxLookback, maxStaleness } = asked.fences;
  const older = (than: bigint): Sql => sql`${row} < ${at} - ${than}`;
  return [
    ...(asked.view.time.ttl === null
      ? []
      : [{ when: expiredSql(asked, row, boundary), status: "expired" as const }]),
    ...(maxLookback === null ? [] : [{ when: older(maxLookback), status: "beyond_lookback" as const }]),
    ...(maxStaleness === null ? [] : [{ when: older(maxStaleness), status: "stale" as const }]),
  ];
}

/** SQL of `isExpired` of TIME T7. */
function expiredSql({ view: { time } }: AskedView, row: Sql, boundary: Sql): Sql {
  return sql`${boundary} >= ${ttlBaseSql(time, row)} + ${time.ttl!}`;
}

/** SQL of `ttlBase` of TIME T7. */
export function ttlBaseSql(time: CompiledView["time"], row: Sql): Sql {
  return isInstantGrain(time) ? row : sql`(${floorSql(row, time.grain)} + ${time.grain})`;
}
