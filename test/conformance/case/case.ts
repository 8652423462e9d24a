import type { ErrorCode, JoinKey } from "@tesela/core";
import type { DROPPED } from "../../oracle/oracle.ts";
import type { OptionsJson } from "./parse-options.ts";
import type { RawOptions, RawRow, RawView } from "../../oracle/raw-view.ts";

/** The ways to ask: computed from the source, from the offline store, from the online store. */
export const PATHS = ["source", "offline", "online"] as const;

/** A way to ask. */
export type CasePath = (typeof PATHS)[number];

/** A column of a case's spine. */
export interface SpineColumn {
  readonly name: string;
  readonly duckdbType: string;
}

/** What is asked: a spine, or all that there is between two instants (TIME T15). */
export type Question =
  | {
      readonly kind: "spine";
      readonly rows: readonly RawRow[];
      readonly columns: readonly SpineColumn[];
      readonly timestampKey: string;
    }
  | { readonly kind: "range"; readonly start: bigint; readonly end: bigint };

/** What must be answered; only the features that a row names are compared. */
export type Expectation =
  /** Row by row as the spine. */
  | { readonly kind: "spine"; readonly rows: readonly (RawRow | typeof DROPPED)[] }
  /** All rows, with join keys and the instants for which they stand, in key and time order. */
  | { readonly kind: "range"; readonly rows: readonly RawRow[] }
  /** The whole read fails; with any code where it is null. */
  | { readonly kind: "failure"; readonly code: ErrorCode | null };

/** A view, its events, what is asked and what must be answered. */
export interface Case {
  readonly id: string;
  readonly title: string;
  readonly view: RawView;
  /** The join keys with their types, in declared order. */
  readonly keys: readonly JoinKey[];
  /** The texts of the view, as a definition wants them. */
  readonly declared: DeclaredView;
  readonly events: readonly RawRow[];
  readonly question: Question;
  readonly options: RawOptions;
  readonly declaredOptions: OptionsJson;
  readonly expect: Expectation;
  readonly paths: readonly CasePath[];
}

/** The parts of a definition that are text. */
export interface DeclaredView {
  readonly batchSchedule: string;
  readonly dataDelay: string;
  readonly featureStartTime: string;
  readonly aggregationInterval?: string;
  readonly lifetimeStartTime?: string;
  readonly ttl?: string;
}

/** What a file said of one case: a case, or why there is none that could be run. */
export type ParsedCase =
  | { readonly kind: "case"; readonly case: Case }
  | {
      readonly kind: "refused";
      readonly id: string;
      readonly paths: readonly CasePath[];
      readonly reason: string;
    };
