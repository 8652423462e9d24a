import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { micros } from "../time/instant.ts";
import { bound, firstVisible, startBound } from "../time/law.ts";
import type { TimeRange } from "../time/range.ts";
import { aliased } from "../value/duckdb-type.ts";
import { timedRowsSql, ttlBaseSql } from "./attribute-matches.ts";
import { coarsenedTilesSql, edgeGrid } from "./coarsened-tiles.ts";
import { AT, BOUND } from "./columns.ts";
import { keyList } from "./events.ts";
import { ceilSql } from "./floor-sql.ts";
import { hasInputSql } from "./joined-view.ts";
import { relationNames, sameKeys } from "./probes.ts";
import { askedFeatures, refuseCollisions, type ReadView } from "./read-view.ts";
import { firstBoundSql, firstInstantSql } from "./spine.ts";
import type { AggregateShape } from "./tiles.ts";
import { windowMatchesSql } from "./window-matches.ts";
import { slotsOf } from "./window-slots.ts";

/** The first instant at which a spine read gives a row's values (TIME T15). */
export const VALID_FROM = "_valid_from";
/** The instant from which it no longer does. */
export const VALID_TO = "_valid_to";

const FROM = "__from";
const TO = "__to";

/**
 * A view's values over a range of instants (TIME T15): join keys, features, `_valid_from`, `_valid_to`, by key
 * and time; intervals of a key never overlap and are clipped to the range. `stored` holds only wanted keys.
 */
export function rangeReadSql(asked: ReadView, range: TimeRange): Sql {
  const keys = asked.view.joinKeys.map(({ name }) => name);
  refuseCollisions([...keys, VALID_FROM, VALID_TO], [asked]);
  const { shape } = asked.view;
  const intervals =
    shape.kind === "attributes"
      ? attributeIntervalsSql(asked, range)
      : aggregateIntervalsSql(asked, shape, range);
  const features = askedFeatures(asked).map(({ column }) => id(column));
  return sql`select ${join([keyList(asked.view), ...features], ", ")},
  make_timestamp(${id(FROM)}) as ${id(VALID_FROM)},
  make_timestamp(${id(TO)}) as ${id(VALID_TO)}
from (${intervals})
where ${id(FROM)} < ${id(TO)}
order by ${keyList(asked.view)}, ${id(FROM)}`;
}

/** A row is served from the first bound that sees it until a newer one is, or it is too old. */
function attributeIntervalsSql(asked: ReadView, range: TimeRange): Sql {
  const { time } = asked.view;
  const features = askedFeatures(asked).map(({ name, column }) => aliased(id(name), column));
  return sql`select ${join([keyList(asked.view), ...features], ", ")},
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

/** Windows change where a tile enters or leaves one; equal neighbours are one interval. */
function aggregateIntervalsSql(asked: ReadView, shape: AggregateShape, range: TimeRange): Sql {
  const { view } = asked;
  const names = relationNames(0);
  const asks = askedFeatures(asked);
  const wanted: AggregateShape = { ...shape, features: asks.map(({ aggregate }) => aggregate!) };
  const values = asks.map(({ aggregate, column }) =>
    aliased(aggregate!.aggregate.finalizeSql(slotsOf(wanted, aggregate!, "m"), aggregate!.input), column),
  );
  const vector = asks.map(({ column }) => id(column));
  const before = vector.map((value) => sql`${value} is not distinct from lag(${value}) over w`);
  const isPlain = edgeGrid(view, wanted) === shape.interval;
  return sql`with ${names.stored} as ${isPlain ? sql`not materialized` : sql`materialized`} (
${coarsenedTilesSql(view, wanted, asked.stored)}
),
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
    select *, coalesce(
      lag(${id(FROM)}) over w is not null and __has_input = lag(__has_input) over w and ${join(before, " and ")}, false
    ) as __is_same
    from (
      select ${keyList(view, "p")}, ${join(values, ", ")}, ${hasInputSql(wanted, "m")} as __has_input,
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
