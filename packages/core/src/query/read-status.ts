import { join, sql, type Sql } from "../sql/sql.ts";

/** Why a spine row got its values of a view, or its nulls. */
export const READ_STATUSES = [
  /** An attribute row matched, or a window held an input that is not null. */
  "matched",
  /** The row's instant is null (TIME T1). */
  "no_timestamp",
  /** A join key is null (TIME T9). */
  "no_key",
  /** The bound lies before the feature start (TIME T5). */
  "before_start",
  /** What the answer needs is not materialized (TIME T12). */
  "not_materialized",
  /** No row of the key was visible, no window held an input (TIME T3, T6). */
  "none",
  /** The newest visible row is older than the ttl (TIME T7). */
  "expired",
  /** The newest visible row is older than `maxLookback` (TIME T11). */
  "beyond_lookback",
  /** The newest visible row is older than `maxStaleness` (TIME T11). */
  "stale",
  /** A value that does not fit its type became a null (`onError: "null"`). */
  "error",
] as const;

/** The reason for a row's values. */
export type ReadStatus = (typeof READ_STATUSES)[number];

/** A status as it stands in SQL: its place in the list. */
export function statusCode(status: ReadStatus): bigint {
  return BigInt(READ_STATUSES.indexOf(status));
}

/** A reason for a row's values and the condition, as SQL, under which it is the one. */
export interface StatusCase {
  readonly when: Sql;
  readonly status: ReadStatus;
}

/** SQL of the status of the first case that holds, or the one that stands where none does. */
export function statusSql(cases: readonly StatusCase[], otherwise: ReadStatus): Sql {
  const branches = cases.map(({ when, status }) => sql`when ${when} then ${statusCode(status)}`);
  return branches.length === 0
    ? sql`${statusCode(otherwise)}`
    : sql`case ${join(branches, " ")} else ${statusCode(otherwise)} end`;
}

/** SQL of a value that is null where any of the cases holds. */
export function unlessSql(cases: readonly StatusCase[], value: Sql): Sql {
  if (cases.length === 0) return value;
  const conditions = cases.map(({ when }) => when);
  return sql`case when ${join(conditions, " or ")} then null else ${value} end`;
}

/** The column that says why a row got its values of the view at an index: a place in `READ_STATUSES`. */
export function statusColumn(index: number): string {
  return `__status_${index}`;
}
