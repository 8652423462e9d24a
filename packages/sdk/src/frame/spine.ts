import type { KeyType } from "@tesela/core";
import type { ArrowTable } from "./arrow-table.ts";

/** A value in a row of a spine. A bigint is an int64, or microseconds in the column named by `timestampKey`. */
export type SpineValue = string | number | bigint | boolean | Date | Uint8Array | null | undefined;

/** A row of a spine. */
export type SpineRow = Readonly<Record<string, SpineValue>>;

/**
 * The rows to join features to: rows, a stream of rows, a table of `apache-arrow`, or the path of a Parquet, CSV
 * or NDJSON file, which is streamed as it is (Node only).
 */
export type Spine = readonly SpineRow[] | AsyncIterable<SpineRow> | ArrowTable | string;

/** What is known of a spine's columns before looking at its rows. */
export interface SpineHints {
  /** The column that holds the instants; `null` where it is left to be inferred (TIME T10). */
  readonly timestampKey: string | null;
  readonly keyTypes: Readonly<Record<string, KeyType>>;
}
