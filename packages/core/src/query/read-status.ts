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
