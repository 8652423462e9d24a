import type { Value, ValueType } from "@tesela/core";

/** A row as it was declared: values by column, instants in microseconds, absent null. */
export type RawRow = Readonly<Record<string, Value>>;

/** A feature, with its window in microseconds. */
export type RawFeature =
  | { readonly kind: "attribute"; readonly name: string }
  | {
      readonly kind: "aggregate";
      readonly name: string;
      readonly function: string;
      readonly column: string;
      readonly window: bigint | "lifetime";
      /** Zero or less. */
      readonly offset: bigint;
    };

/** A batch view in plain numbers: all lengths and instants are bigint microseconds. */
export interface RawView {
  readonly joinKeys: readonly string[];
  /** In declared order. */
  readonly columns: readonly { readonly name: string; readonly type: ValueType }[];
  readonly timestampField: string;
  readonly createdTimestampField: string | null;
  readonly eventIdField: string | null;
  readonly features: readonly RawFeature[];
  /** `S` */
  readonly schedule: bigint;
  /** `I`; of no consequence to the values, which the oracle proves. */
  readonly interval: bigint | null;
  /** `D` */
  readonly dataDelay: bigint;
  /** `fst` */
  readonly start: bigint;
  readonly lifetimeStart: bigint | null;
  readonly ttl: bigint | null;
}

/** The value of a sum that does not fit its type: the read must fail (TIME T6). */
export const OVERFLOW = "error";
