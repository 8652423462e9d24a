import type {
  BatchFeatureViewDefinition,
  BatchSourceDefinition,
  Definition,
  EntityDefinition,
  Repository,
  ResolvedView,
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

const CREATE: Decision = { action: "create", reasons: [] };
/** Decides what makes one object as it is wanted. */
export function decide(definition: Definition, current: CurrentState, wanted: WantedState): Decision {
  if (definition.kind === "batchFeatureView") return decideView(definition, current, wanted);
  const objects = definition.kind === "entity" ? current.repository.entities : current.repository.sources;
  const before = objects.get(definition.name);
  return before === undefined ? CREATE : updateFor(simpleReasons(before, definition));
}

/** Entities and sources hold no data themselves: they change in place, and recreate the views that use them. */
function simpleReasons(
  before: EntityDefinition | BatchSourceDefinition,
  after: EntityDefinition | BatchSourceDefinition,
): string[] {
  const fields = ["description", "owner", "tags", "joinKeys"];
  const own = changedFields(before, after, fields);
  const batch =
    before.kind === "batchSource" && after.kind === "batchSource"
      ? changedFields(before.batch, after.batch, ["format", "path", "timestampField", "dataDelay"])
      : [];
  return [...own, ...batch].map(({ reason }) => reason);
}

function decideView(view: BatchFeatureViewDefinition, current: CurrentState, wanted: WantedState): Decision {
  const before = current.repository.views.get(view.name);
  const [old, resolved] = [current.resolved.get(view.name), wanted.resolved.get(view.name)];
  if (before === undefined || old === undefined || resolved === undefined) return CREATE;
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
