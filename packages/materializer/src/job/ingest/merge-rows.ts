import {
  computedFileSql,
  CREATED_TIME,
  EVENT_TIME,
  fileColumns,
  id,
  join,
  sql,
  storedVersionsSql,
  type CompiledView,
  type LivePath,
  type Sql,
  type TimeRange,
  VERSION,
} from "@tesela/core";
import { INGESTED, ingestedTable } from "./table-columns.ts";

/** Whether a row comes with the ingest. */
const NEW = "__new";

/**
 * The rows that replace what is live in the ranges of an ingest: of the uploaded rows and the live ones each
 * once, ranked by key and event time (TIME T8), or where no versions are kept the best, sorted by key and time. So any order of ingests ends the same.
 */
export function mergedRowsSql(
  table: CompiledView,
  uploaded: Sql,
  live: readonly LivePath[],
  ranges: readonly TimeRange[],
): Sql {
  const branches = [sql`select ${join([...names(table), sql`true as ${id(NEW)}`])} from (${uploaded})`];
  for (const range of ranges) branches.push(liveSql(table, storedVersionsSql(table, live, range)));
  const keys = join(table.joinKeys.map(({ name }) => id(name)));
  const candidates = sql`select *, bool_or(${id(NEW)}) over (partition by ${keys}) as ${id(INGESTED)}
from (
select ${join([...names(table), sql`bool_or(${id(NEW)}) as ${id(NEW)}`])}
from (${join(branches, "\nunion all\n")})
group by ${join(names(table))}
)`;
  const merged = ingestedTable(table);
  return sql`select ${join(fileColumns(merged).map(({ name }) => id(name)))}
from (${computedFileSql(merged, candidates)})
order by ${keys}, ${id(EVENT_TIME)}`;
}

/** The columns that rows are chosen by and stored with. */
function names(table: CompiledView): readonly Sql[] {
  const { createdTimestampField: created } = table;
  return created === null ? storedNames(table) : [...storedNames(table), id(created)];
}

function storedNames(table: CompiledView): readonly Sql[] {
  return fileColumns(table).flatMap(({ name }) => (name === VERSION ? [] : [id(name)]));
}

function liveSql(table: CompiledView, rows: Sql): Sql {
  const { createdTimestampField: created } = table;
  const named = created === null ? [] : [sql`${id(CREATED_TIME)} as ${id(created)}`];
  return sql`select ${join([...storedNames(table), ...named, sql`false as ${id(NEW)}`])} from (${rows})`;
}
