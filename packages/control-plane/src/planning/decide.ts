import {
  isView,
  unreachable,
  type Definition,
  type FeatureViewDefinition,
  type Repository,
  type ResolvedView,
} from "@tesela/core";
import { changedFields } from "./changed-fields.ts";
import type { CurrentState } from "./current-state.ts";
import { dependencyReasons } from "./dependency-reasons.ts";
import { differenceOf } from "./view-fields.ts";

/** The whole wanted state: declared objects, and what the checks of the views found. */
export interface WantedState {
  readonly repository: Repository;
  readonly resolved: ReadonlyMap<string, ResolvedView>;
}

/** What becomes of an object that is wanted, and why. */
export interface Decision {
  readonly action: "create" | "update" | "recreate" | "none";
  readonly reasons: readonly string[];
}

/** Objects that hold no data themselves. */
type PlainDefinition = Exclude<Definition, FeatureViewDefinition>;

const CREATE: Decision = { action: "create", reasons: [] };

/** Decides what makes one object as it is wanted. An object that is of another kind now is a new one. */
export function decide(definition: Definition, current: CurrentState, wanted: WantedState): Decision {
  if (isView(definition)) return decideView(definition, current, wanted);
  const before = currentOf(definition, current.repository);
  if (before?.kind !== definition.kind) return CREATE;
  return updateFor(plainReasons(before, definition));
}

function currentOf({ kind, name }: PlainDefinition, current: Repository): PlainDefinition | undefined {
  switch (kind) {
    case "entity":
      return current.entities.get(name);
    case "batchSource":
    case "streamSource":
      return current.sources.get(name);
    case "realtimeFeatureView":
      return current.realtimeViews.get(name);
    case "featureService":
      return current.services.get(name);
    default:
      return unreachable(kind);
  }
}

const PLAIN_FIELDS = [
  "logging",
  "description",
  "owner",
  "tags",
  "definedIn",
  "joinKeys",
  "stream",
  "views",
  "sources",
  "features",
  "transform",
];

/** They change in place, and recreate the views that stand on them. */
function plainReasons(before: PlainDefinition, after: PlainDefinition): string[] {
  const own = changedFields(before, after, PLAIN_FIELDS);
  const batch =
    "batch" in before && "batch" in after
      ? changedFields(before.batch, after.batch, ["format", "path", "columns", "timestampField", "dataDelay"])
      : [];
  return [...own, ...batch].map(({ reason }) => reason);
}

function decideView(view: FeatureViewDefinition, current: CurrentState, wanted: WantedState): Decision {
  const before = current.repository.views.get(view.name);
  const [old, resolved] = [current.resolved.get(view.name), wanted.resolved.get(view.name)];
  if (before?.kind !== view.kind || old === undefined || resolved === undefined) return CREATE;
  const difference = differenceOf({ definition: before, resolved: old }, { definition: view, resolved });
  const recreate = [
    ...difference.recreate,
    ...dependencyReasons(view, current.repository, wanted.repository),
  ];
  if (recreate.length === 0) return updateFor(difference.inPlace);
  return { action: "recreate", reasons: [...recreate, ...difference.inPlace] };
}

function updateFor(reasons: readonly string[]): Decision {
  return { action: reasons.length === 0 ? "none" : "update", reasons };
}
