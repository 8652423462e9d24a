import {
  computedSql,
  firstVisible,
  id,
  join,
  neededFrom,
  sql,
  storedSql,
  trusted,
  type CompiledView,
  type EpochMicros,
  type LivePath,
  type Sql,
} from "@tesela/core";
import { TIMES } from "../job/ingest/summarize-rows.ts";
import { PUSH_TIME, pushedColumns } from "../job/push-sql.ts";

/** Marks what is online and shall no longer be. */
const GONE = "__gone";

/** What of events and stored rows may still be asked for, as pushed columns. */
export function keptSql(
  view: CompiledView,
  events: Sql,
  files: readonly LivePath[],
  keptFrom: EpochMicros,
): Sql {
  const isTiled = view.shape.kind === "aggregates";
  const start = isTiled ? neededFrom(view.time, keptFrom) : firstVisible(view.time);
  const columns = pushedColumns(view);
  const rows = sql`select ${columns}
from (${computedSql(view, events)})
union all
select ${columns}
from (${storedSql(view, files, { start, end: TIMES.end })})`;
  const time = id(PUSH_TIME);
  if (isTiled) return sql`select * from (${rows}) where ${time} >= ${start}`;
  const keys = join(view.joinKeys.map(({ name }) => id(name)));
  return sql`select * from (${rows})
qualify ${time} >= ${keptFrom}
  or row_number() over (partition by ${keys}, ${time} < ${keptFrom} order by ${time} desc) = 1`;
}

/** The same rows, each with whether it is gone as its last column. */
export function markedSql(rows: Sql, isGone: boolean): Sql {
  return sql`select *, ${trusted(String(isGone))} as ${id(GONE)} from (${rows})`;
}

/** All rows by key and time. */
export function orderedSql(view: CompiledView, parts: readonly Sql[]): Sql {
  const order = join([...view.joinKeys.map(({ name }) => id(name)), id(PUSH_TIME)], ", ");
  return sql`select * from (
${join(parts, "\nunion all\n")}
)
order by ${order}`;
}
