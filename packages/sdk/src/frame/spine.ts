import type { KeyType } from "@tesela/core";

/** A value in a row of a spine. A bigint is an int64, or microseconds in the column named by `timestampKey`. */
export type SpineValue = string | number | bigint | boolean | Date | Uint8Array | null | undefined;

/** A row of a spine. */
export type SpineRow = Readonly<Record<string, SpineValue>>;

/** The rows to join features to: rows, or the path of a Parquet file, which is streamed as it is (Node only). */
export type Spine = readonly SpineRow[] | string;

/** What is known of a spine's columns before looking at its rows. */
export interface SpineHints {
  /** The column that holds the instants; `null` where it is left to be inferred (TIME T10). */
  readonly timestampKey: string | null;
  readonly keyTypes: Readonly<Record<string, KeyType>>;
}
