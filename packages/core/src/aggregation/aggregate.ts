import type { Sql } from "../sql/sql.ts";
import type { Value, ValueType } from "../value/value-type.ts";

/** How a partial is stored; int128 holds any sum of int64 exactly (as DECIMAL(38,0)). */
export type PartialType = "int64" | "int128" | "float64" | "string" | "timestamp";

/** A partial in TypeScript: integers are bigint; `null` is the partial of no input at all. */
export type PartialValue = bigint | number | string | null;

/** A mergeable summary of one column: the algebra and its SQL, which must agree. */
export interface Partial {
  /** Column name in tiles: `{column}__{what}`; no user name holds `__`. */
  readonly name: string;
  readonly column: string;
  readonly type: PartialType;
  /** Whether windows may be the difference of running totals: true only where that is exact (TIME T6). */
  readonly isSubtractable: boolean;
  /** The partial of nothing: identity of `merge`. */
  readonly empty: PartialValue;
  /** The partial of one input value; null inputs are skipped (TIME T6). */
  readonly lift: (value: Value) => PartialValue;
  readonly merge: (a: PartialValue, b: PartialValue) => PartialValue;
  /** SQL aggregate over the events' column. */
  readonly liftSql: (column: Sql) => Sql;
  /** SQL aggregate over partials; usable in `group by` and as a window function. */
  readonly mergeSql: (partial: Sql) => Sql;
}

/** A feature's function: which partials it needs and how their merge becomes the value. */
export interface Aggregate {
  readonly name: AggregateName;
  /** The type of the value over a column of `input`; `null` when it does not accept such a column. */
  resultType(input: ValueType): ValueType | null;
  partials(column: string, input: ValueType): readonly Partial[];
  /** The value of merged partials, in the order of `partials`; empty windows as TIME T6. */
  finalize(merged: readonly PartialValue[], input: ValueType): Value;
  /** SQL of the same; each merged partial may be null when no tile was there. */
  finalizeSql(merged: readonly Sql[], input: ValueType): Sql;
}

/** The functions there are. */
export const AGGREGATE_NAMES = ["count", "sum", "mean", "min", "max"] as const;

/** The name of a function. */
export type AggregateName = (typeof AGGREGATE_NAMES)[number];
