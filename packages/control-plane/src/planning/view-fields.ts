import { canonicalJson, parseInstant, type FeatureViewDefinition, type ResolvedView } from "@tesela/core";
import { changedFields } from "./changed-fields.ts";

type Effect = "name" | "inPlace" | "recreate" | "transform" | "start";

/** The fields of a union's members, not only those that they share. */
type FieldOf<V> = V extends V ? keyof V : never;

/** What changing each field of a view does to what is stored of it; total, so that none is forgotten. */
const effectOf = {
  kind: "name",
  name: "name",
  description: "inPlace",
  owner: "inPlace",
  tags: "inPlace",
  definedIn: "inPlace",
  online: "inPlace",
  offline: "inPlace",
  onlineCache: "inPlace",
  batchTrigger: "inPlace",
  maxBackfillInterval: "inPlace",
  transform: "transform",
  entities: "recreate",
  sources: "recreate",
  timestampField: "recreate",
  createdTimestampField: "recreate",
  eventIdField: "recreate",
  aggregationInterval: "recreate",
  features: "recreate",
  batchSchedule: "recreate",
  featureStartTime: "start",
  lifetimeStartTime: "recreate",
  ttl: "recreate",
  onlineServingIndex: "recreate",
  incrementalBackfills: "recreate",
} as const satisfies Record<FieldOf<FeatureViewDefinition>, Effect>;

/** A view as it is or shall be: its definition and what the check of its transformation found. */
export interface CheckedView {
  readonly definition: FeatureViewDefinition;
  readonly resolved: ResolvedView;
}

/** Why a view changes, split by what that does to its stored values. */
export interface ViewDifference {
  readonly inPlace: readonly string[];
  readonly recreate: readonly string[];
}

/** How the wanted view differs from the current one. SQL is compared by its parsed form. */
export function differenceOf(current: CheckedView, wanted: CheckedView): ViewDifference {
  const changed = (effect: Effect) =>
    changedFields(current.definition, wanted.definition, fieldsWith(effect)).map(({ reason }) => reason);
  const sql = changed("transform").length > 0 ? sqlDifference(current, wanted) : SAME;
  const isOnlyMore = startsEarlier(current.definition, wanted.definition);
  const start = { inPlace: isOnlyMore ? changed("start") : [], recreate: isOnlyMore ? [] : changed("start") };
  return {
    inPlace: [...changed("inPlace"), ...start.inPlace, ...sql.inPlace],
    recreate: [...changed("recreate"), ...start.recreate, ...sql.recreate, ...columnReasons(current, wanted)],
  };
}

/**
 * Whether an earlier feature start only adds ranges to compute. Where an online answer reaches back to the start,
 * what is online would no longer be all that it needs (TIME T12): then the view begins anew.
 */
function startsEarlier(before: FeatureViewDefinition, after: FeatureViewDefinition): boolean {
  if (parseInstant(after.featureStartTime) > parseInstant(before.featureStartTime)) return false;
  return !before.online || !reachesBackToStart(after);
}

function reachesBackToStart(view: FeatureViewDefinition): boolean {
  if (view.features.some((feature) => feature.kind === "attribute")) return view.ttl === undefined;
  return view.features.some((feature) => feature.kind === "aggregate" && feature.window.kind === "lifetime");
}

const SAME: ViewDifference = { inPlace: [], recreate: [] };

function fieldsWith(effect: Effect): string[] {
  return Object.entries(effectOf).flatMap(([field, found]) => (found === effect ? [field] : []));
}

function sqlDifference(current: CheckedView, wanted: CheckedView): ViewDifference {
  const isSame = current.resolved.parsedForm === wanted.resolved.parsedForm;
  if (isSame) return { inPlace: ["transform: white space or comments only"], recreate: [] };
  return { inPlace: [], recreate: ["transform: its SQL means something else"] };
}

/** A column whose type is another now holds other values, though the SQL is the same. */
function columnReasons(current: CheckedView, wanted: CheckedView): string[] {
  const before = new Map(current.resolved.columns.map((column) => [column.name, column]));
  return wanted.resolved.columns.flatMap((column) => {
    const old = before.get(column.name);
    if (old === undefined || canonicalJson(old) === canonicalJson(column)) return [];
    return [`column "${column.name}": it is ${column.duckdbType}, was ${old.duckdbType}`];
  });
}
