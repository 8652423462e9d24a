import {
  firstVisible,
  id,
  join,
  sql,
  storedSql,
  type CompiledView,
  type EpochMicros,
  type LivePath,
  type Sql,
} from "@tesela/core";
import { PUSH_TIME, pushedColumns } from "../push-sql.ts";
import { TIMES } from "./summarize-rows.ts";
import { INGESTED, ingestedTable } from "./table-columns.ts";

/** Which rows of a table a push brings: every live one, or those of the keys that its commit has brought. */
export type PushedRows = "all" | "ingested";

/**
 * Rows to push, by key and time: of each key the newest before the oldest bound that is still asked about, and
 * all from that bound on; none that TIME T5 hides.
 */
export function tablePushSql(
  table: CompiledView,
  files: readonly LivePath[],
  pushed: PushedRows,
  keptFrom: EpochMicros,
): Sql {
  const range = { start: firstVisible(table.time), end: TIMES.end };
  const keys = join(table.joinKeys.map(({ name }) => id(name)));
  const time = id(PUSH_TIME);
  return sql`select *
from (
select ${pushedColumns(table)}
from (${pushed === "all" ? storedSql(table, files, range) : ingestedSql(table, files, range)})
)
qualify ${time} >= ${keptFrom}
  or row_number() over (partition by ${keys}, ${time} < ${keptFrom} order by ${time} desc) = 1
order by ${keys}, ${time}`;
}

function ingestedSql(
  table: CompiledView,
  files: readonly LivePath[],
  range: Parameters<typeof storedSql>[2],
): Sql {
  return sql`select * from (${storedSql(ingestedTable(table), files, range)}) where ${id(INGESTED)}`;
}
