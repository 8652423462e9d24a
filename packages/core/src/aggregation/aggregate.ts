import type { Sql } from "../sql/sql.ts";
import type { FeatureType, Value, ValueType } from "../value/value-type.ts";

/** What one cell of a partial may hold; int128 holds any sum of int64 exactly (as DECIMAL(38,0)). */
export type PartialScalar = "int64" | "int128" | "float64" | "string" | "timestamp" | "bool" | "bytes";

/** How a partial is stored: one scalar, or a list of scalars without nulls. */
export type PartialType = PartialScalar | `${PartialScalar}[]`;

/** A scalar of a partial in TypeScript: integers and timestamps are bigint. */
export type PartialCell = bigint | number | string | boolean | Uint8Array;

/** A partial in TypeScript; `null` is the partial of no input at all. */
export type PartialValue = PartialCell | readonly PartialCell[] | null;

/**
 * How a historical read answers windows of a partial: `difference` of exact running totals, `frame` over
 * tiles with a built-in aggregate, or `tree`: tiles merged in powers of two, a few of which make any window.
 */
export type WindowStrategy = "difference" | "frame" | "tree";

/** A mergeable summary of one column: the algebra and its SQL, which must agree. */
export interface Partial {
  /** Column name in tiles: `{column}__{what}`; no user name holds `__`. */
  readonly name: string;
  readonly column: string;
  readonly type: PartialType;
  /** `difference` only where that is exact (TIME T6). */
  readonly strategy: WindowStrategy;
  /** The partial of nothing: identity of `merge`. */
  readonly empty: PartialValue;
  /** The partial of one input value; null inputs are skipped (TIME T6). */
  readonly lift: (value: Value) => PartialValue;
  /** Associative; `earlier` is of tiles before those of `later`. */
  readonly merge: (earlier: PartialValue, later: PartialValue) => PartialValue;
  /** SQL aggregate over the events' column; `place` is a value by which events ascend (TIME T6), for lists. */
  readonly liftSql: (column: Sql, place: Sql) => Sql;
  /** SQL aggregate over partials, whose tiles begin at `at`. */
  readonly mergeSql: (partial: Sql, at: Sql) => Sql;
}

/** What the functions take besides a column and a window. */
export interface AggregateParameters {
  readonly n?: number;
  readonly precision?: number;
  readonly percentile?: number;
}

/** A feature's function: which partials it needs and how their merge becomes the value. */
export interface Aggregate {
  readonly name: AggregateName;
  /** The type of the value over a column of `input`; `null` when it does not accept such a column. */
  resultType(input: ValueType): FeatureType | null;
  partials(column: string, input: ValueType): readonly Partial[];
  /** The value of merged partials, in the order of `partials`; empty windows as TIME T6. */
  finalize(merged: readonly PartialValue[], input: ValueType): Value;
  /** SQL of whether the value fits its type; absent where it always does. */
  fitsSql?(merged: readonly Sql[], input: ValueType): Sql;
  /** SQL of the same as `finalize`; each merged partial may be null when no tile was there. */
  finalizeSql(merged: readonly Sql[], input: ValueType): Sql;
}

/** The functions there are. */
export const AGGREGATE_NAMES = [
  "count",
  "sum",
  "mean",
  "min",
  "max",
  "varPop",
  "varSamp",
  "stddevPop",
  "stddevSamp",
  "last",
  "first",
  "lastDistinct",
  "firstDistinct",
  "approxCountDistinct",
  "approxPercentile",
] as const;

/** The name of a function. */
export type AggregateName = (typeof AGGREGATE_NAMES)[number];

/** What a function takes; every one it does not name is refused. */
export interface AggregateFamily {
  /** Why the parameters do not do, or `null`. */
  problem(parameters: AggregateParameters): string | null;
  /** The function with its parameters. */
  of(parameters: AggregateParameters): Aggregate;
}
