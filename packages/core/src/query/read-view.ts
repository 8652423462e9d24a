import type { CompiledAggregate, CompiledView } from "../definition/compile.ts";
import { TeselaError } from "../errors/tesela-error.ts";
import type { Sql } from "../sql/sql.ts";
import type { DurationMicros } from "../time/duration.ts";
import { PLAIN_BOUND, type BoundOptions } from "../time/law.ts";
import type { TimeRange } from "../time/range.ts";
import type { JoinKey } from "../value/key.ts";
import type { FeatureType } from "../value/value-type.ts";

/** The fences of a historical read (TIME T3, T11, T14). */
export interface ReadFences extends BoundOptions {
  /** How old the matched row may be; also prunes what is scanned. Attributes only. */
  readonly maxLookback: DurationMicros | null;
  /** How old the matched row may be, with a reason of its own. Attributes only. */
  readonly maxStaleness: DurationMicros | null;
  /** Whether rows are hidden that were created after the instant asked about. */
  readonly isKnownAt: boolean;
}

/** A read without fences. */
export const NO_FENCES: ReadFences = {
  ...PLAIN_BOUND,
  maxLookback: null,
  maxStaleness: null,
  isKnownAt: false,
};

/** A view as a read asks for it. */
export interface AskedView {
  readonly view: CompiledView;
  /** What the features are named after in the result; the view's name, or a feature service's own. */
  readonly name: string;
  /** The features that are wanted, in the view's order; `null` for all. */
  readonly features: readonly string[] | null;
  /** From the view's join keys to the spine's columns; a key that is not named keeps its name. */
  readonly joinKeyMap: Readonly<Record<string, string>>;
  readonly fences: ReadFences;
}

/** A view in a historical read: what it stores for the read, and what of its history is missing. */
export interface ReadView extends AskedView {
  /** SELECT of the stored columns (`storedColumns`, or `versionColumns` where `isKnownAt`). */
  readonly stored: Sql;
  /** Ranges that are not materialized and whose rows are to become nulls (TIME T12). */
  readonly gaps: readonly TimeRange[];
  /** Whether few of the stored keys are asked for, so that it pays to look for these alone. */
  readonly isSelective: boolean;
}

/** A view asked for whole, under its own name. */
export function wholeView(view: CompiledView, fences: ReadFences = NO_FENCES): AskedView {
  return { view, name: view.name, features: null, joinKeyMap: {}, fences };
}

/** The column of the spine that holds a join key of the view. */
export function spineKey({ joinKeyMap }: AskedView, key: JoinKey): string {
  return joinKeyMap[key.name] ?? key.name;
}

/** A feature of a read. */
export interface AskedFeature {
  /** Name in the view. */
  readonly name: string;
  /** Name in the result: `view.feature`. */
  readonly column: string;
  readonly type: FeatureType;
  /** `null` for an attribute. */
  readonly aggregate: CompiledAggregate | null;
}

/** The features that are wanted of a view, in its order. */
export function askedFeatures({ view, name, features }: AskedView): readonly AskedFeature[] {
  const isWanted = (feature: string): boolean => features === null || features.includes(feature);
  const asked = (feature: { readonly name: string; readonly type: FeatureType }): AskedFeature => ({
    name: feature.name,
    column: `${name}.${feature.name}`,
    type: feature.type,
    aggregate: null,
  });
  if (view.shape.kind === "attributes")
    return view.shape.features.filter((one) => isWanted(one.name)).map(asked);
  return view.shape.features
    .filter((one) => isWanted(one.name))
    .map((one) => ({ ...asked(one), aggregate: one }));
}

/** Throws `VALIDATION` where two columns of a result would have one name, letter case aside. */
export function refuseCollisions(columns: readonly string[], views: readonly AskedView[]): void {
  const taken = new Map(columns.map((name) => [name.toLowerCase(), `the column "${name}"`]));
  for (const { column } of views.flatMap(askedFeatures)) {
    const other = taken.get(column.toLowerCase());
    if (other !== undefined) throw collision(column, other);
    taken.set(column.toLowerCase(), `the feature "${column}"`);
  }
}

function collision(column: string, other: string): TeselaError {
  const message = `The result would have two columns named "${column}": the feature and ${other}.`;
  return new TeselaError("VALIDATION", message, {
    fix: "Rename the spine's column, or give the view another name with withName().",
  });
}
