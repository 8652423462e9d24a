import type { Value, ValueType } from "@tesela/core";

/** A row as it was declared: values by column, instants in microseconds, absent null. */
export type RawRow = Readonly<Record<string, Value>>;

/** A feature that folds a column over a window; all lengths in microseconds. */
export interface RawAggregate {
  readonly kind: "aggregate";
  readonly name: string;
  readonly function: string;
  readonly column: string;
  readonly window: bigint | "lifetime";
  /** Zero or less. */
  readonly offset: bigint;
  readonly n: number | null;
  readonly precision: number | null;
  readonly percentile: number | null;
}

/** A feature, with its window in microseconds. */
export type RawFeature = { readonly kind: "attribute"; readonly name: string } | RawAggregate;

/** A view in plain numbers: all lengths and instants are bigint microseconds. */
export interface RawView {
  readonly kind: "batch" | "stream" | "table";
  readonly joinKeys: readonly string[];
  /** In declared order. */
  readonly columns: readonly { readonly name: string; readonly type: ValueType }[];
  readonly timestampField: string;
  readonly createdTimestampField: string | null;
  readonly eventIdField: string | null;
  readonly features: readonly RawFeature[];
  /** `S` */
  readonly schedule: bigint;
  /** `I`; of no consequence to the values of a batch view, which the oracle proves. */
  readonly interval: bigint | null;
  /** `D` */
  readonly dataDelay: bigint;
  /** `fst` */
  readonly start: bigint;
  readonly lifetimeStart: bigint | null;
  readonly ttl: bigint | null;
}

/** The fences of a historical read (TIME T3, T11, T14), in microseconds. */
export interface RawOptions {
  readonly isInclusive: boolean;
  /** `E` */
  readonly embargo: bigint;
  readonly maxLookback: bigint | null;
  readonly maxStaleness: bigint | null;
  readonly onMissing: "null" | "skip" | "error";
  readonly isKnownAt: boolean;
}

/** A read without fences, such as every online read. */
export const NO_OPTIONS: RawOptions = {
  isInclusive: false,
  embargo: 0n,
  maxLookback: null,
  maxStaleness: null,
  onMissing: "null",
  isKnownAt: false,
};

/** The value of a sum that does not fit its type: the read must fail (TIME T6). */
export const OVERFLOW = "error";
