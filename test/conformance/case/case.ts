import type { JoinKey } from "@tesela/core";
import type { RawRow, RawView } from "../../oracle/raw-view.ts";

/** The ways to ask: computed from the source, from the offline store, from the online store. */
export const PATHS = ["source", "offline", "online"] as const;

/** A way to ask. */
export type CasePath = (typeof PATHS)[number];

/** A column of a case's spine. */
export interface SpineColumn {
  readonly name: string;
  readonly duckdbType: string;
}

/** A batch view, its events, what is asked and what must be answered. */
export interface Case {
  readonly id: string;
  readonly title: string;
  readonly view: RawView;
  /** The join keys with their types, in declared order. */
  readonly keys: readonly JoinKey[];
  /** The texts of the view, as a definition wants them. */
  readonly declared: DeclaredView;
  readonly events: readonly RawRow[];
  readonly spine: readonly RawRow[];
  readonly spineColumns: readonly SpineColumn[];
  readonly timestampKey: string;
  /** Row by row as the spine; only the features that are named are compared. */
  readonly expect: readonly RawRow[];
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
