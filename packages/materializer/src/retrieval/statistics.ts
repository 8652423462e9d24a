import type { RetrievalResult } from "@tesela/contract";
import {
  READ_STATUSES,
  sql,
  id,
  statusColumn,
  type AskedView,
  type ReadStatus,
  type Sql,
} from "@tesela/core";
import type { WireValue } from "../engine/protocol.ts";

/** Counts the statuses of the view at an index. */
export function statusCountsSql(relation: Sql, index: number): Sql {
  const status = id(statusColumn(index));
  return sql`select ${status}::bigint, count(*) from ${relation} group by all order by all`;
}

/** The match statistics of each view of a read. */
export function statisticsOf(
  views: readonly AskedView[],
  counts: readonly (readonly (readonly WireValue[])[])[],
): RetrievalResult["statistics"] {
  return Object.fromEntries(views.map(({ name }, index) => [name, viewStatistics(counts[index]!)]));
}

function viewStatistics(rows: readonly (readonly WireValue[])[]): RetrievalResult["statistics"][string] {
  const counted = rows.map(([code, count]) => [READ_STATUSES[Number(code)]!, Number(count)] as const);
  const reasons = counted.filter(([status]) => status !== "matched");
  const sum = (of: readonly (readonly [ReadStatus, number])[]): number =>
    of.reduce((total, [, count]) => total + count, 0);
  return {
    matched: sum(counted) - sum(reasons),
    null: sum(reasons),
    reasons: Object.fromEntries(reasons),
  };
}
