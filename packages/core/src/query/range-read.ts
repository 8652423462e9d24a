import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { mergeRanges, subtractRanges, type TimeRange } from "../time/range.ts";
import { aliased } from "../value/duckdb-type.ts";
import { FROM, TO } from "./columns.ts";
import { keyList } from "./events.ts";
import { instantsTouching } from "./needed.ts";
import { aggregateIntervalsSql } from "./range-aggregates.ts";
import { attributeIntervalsSql } from "./range-attributes.ts";
import { statusCode, statusColumn } from "./read-status.ts";
import { askedFeatures, refuseCollisions, spineKey, type ReadView } from "./read-view.ts";

/** The first instant at which a spine read gives a row's values (TIME T15). */
export const VALID_FROM = "_valid_from";
/** The instant from which it no longer does. */
export const VALID_TO = "_valid_to";

/**
 * A view's values over a range of instants (TIME T15): join keys, features, `_valid_from`, `_valid_to` and the
 * status, by key and time; intervals of a key never overlap and are clipped to the range. While an answer needs
 * what is not materialized (TIME T12) its features are null. `entities` has the wanted join keys, none of them
 * null; `null` for all that are stored.
 */
export function rangeReadSql(asked: ReadView, range: TimeRange, entities: Sql | null = null): Sql {
  const keys = asked.view.joinKeys.map((key) => ({ name: key.name, column: spineKey(asked, key) }));
  refuseCollisions([...keys.map(({ column }) => column), VALID_FROM, VALID_TO], [asked]);
  const features = askedFeatures(asked).map(({ column }) => id(column));
  const named = keys.map(({ name, column }) => aliased(id(name), column));
  return sql`select ${join([...named, ...features], ", ")},
  make_timestamp(${id(FROM)}) as ${id(VALID_FROM)},
  make_timestamp(${id(TO)}) as ${id(VALID_TO)},
  ${id(statusColumn(0))}::utinyint as ${id(statusColumn(0))}
from (${whollyAnsweredSql(asked, range, entities)})
where ${id(FROM)} < ${id(TO)}
order by ${keyList(asked.view)}, ${id(FROM)}`;
}

/** The intervals of the instants that touch no gap, and nulls for each key and run of those that do. */
function whollyAnsweredSql(asked: ReadView, range: TimeRange, entities: Sql | null): Sql {
  const wanted = { ...asked, stored: wantedSql(asked, entities) };
  const intervals = intervalsSql(wanted, range);
  const touching = asked.gaps.map((gap) => instantsTouching(asked, gap, range));
  const unanswered = mergeRanges(touching.filter((one) => one !== null));
  if (unanswered.length === 0) return intervals;
  const keys = keyList(asked.view);
  const known = entities ?? wanted.stored;
  return sql`select * exclude (${id(FROM)}, ${id(TO)}, __first, __past),
  greatest(${id(FROM)}, __first) as ${id(FROM)},
  least(${id(TO)}, __past) as ${id(TO)}
from (${intervals})
cross join (${rangesSql(subtractRanges(range, unanswered))})
union all by name
select ${keys}, ${statusCode("not_materialized")} as ${id(statusColumn(0))}, __first as ${id(FROM)}, __past as ${id(TO)}
from (select distinct ${keys} from (${known}))
cross join (${rangesSql(unanswered)})`;
}

function wantedSql({ view, stored }: ReadView, entities: Sql | null): Sql {
  if (entities === null) return stored;
  return sql`select *
from (${stored})
semi join (${entities}) using (${keyList(view)})`;
}

function intervalsSql(asked: ReadView, range: TimeRange): Sql {
  const { shape } = asked.view;
  return shape.kind === "attributes"
    ? attributeIntervalsSql(asked, range)
    : aggregateIntervalsSql(asked, shape, range);
}

/** Ranges as rows of `__first` and `__past`; without a range no row. */
function rangesSql(ranges: readonly TimeRange[]): Sql {
  const [starts, ends] = (["start", "end"] as const).map((end) =>
    join(
      ranges.map((range) => sql`${range[end]}`),
      ", ",
    ),
  );
  return sql`select unnest([${starts!}]::bigint[]) as __first, unnest([${ends!}]::bigint[]) as __past`;
}
