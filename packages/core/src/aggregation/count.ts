import { sql } from "../sql/sql.ts";
import type { Aggregate, Partial } from "./aggregate.ts";

/** The number of non-null values. */
export function countPartial(column: string): Partial {
  return {
    name: `${column}__count`,
    column,
    type: "int64",
    strategy: "difference",
    empty: 0n,
    lift: (value) => (value === null ? 0n : 1n),
    merge: (a, b) => ((a ?? 0n) as bigint) + ((b ?? 0n) as bigint),
    liftSql: (values) => sql`count(${values})`,
    mergeSql: (partials) => sql`sum(${partials})`,
  };
}

/** `count`: how many non-null values; of any type; 0 of none (TIME T6). */
export const count: Aggregate = {
  name: "count",
  resultType: () => "int64",
  partials: (column) => [countPartial(column)],
  finalize: ([counted]) => counted ?? 0n,
  finalizeSql: ([counted]) => sql`coalesce(${counted!}, 0)::bigint`,
};
