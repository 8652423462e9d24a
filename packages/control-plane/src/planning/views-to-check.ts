import type { CheckPayload } from "@tesela/contract";
import {
  canonicalJson,
  type FeatureTableDefinition,
  type FeatureViewDefinition,
  type Repository,
} from "@tesela/core";
import type { CurrentState } from "./current-state.ts";
import { dependencyReasons } from "./dependency-reasons.ts";

type CheckedTransformation = CheckPayload["views"][number];

/** A view that is computed from sources. */
type ComputedView = Exclude<FeatureViewDefinition, FeatureTableDefinition>;

/**
 * The transformations that a worker has to look at: new ones, and those whose text, inputs or source files are
 * others than what was checked before. A view whose sources are not declared is left to the checks of structure.
 */
export function viewsToCheck(current: CurrentState, wanted: Repository): readonly CheckedTransformation[] {
  return [...wanted.views.values()].flatMap((view) => {
    if (view.kind === "featureTable") return [];
    const inputs = inputsOf(view, wanted);
    if (inputs === null || view.transform.sql.trim() === "" || isChecked(view, current, wanted)) return [];
    return [{ name: view.name, sql: view.transform.sql, isRowWise: isRowWise(view), sources: inputs }];
  });
}

function inputsOf(view: ComputedView, wanted: Repository): CheckedTransformation["sources"] | null {
  const inputs = view.sources.flatMap(({ parameter, source: name }) => {
    const source = wanted.sources.get(name);
    return source === undefined ? [] : [{ parameter, source }];
  });
  return inputs.length === view.sources.length ? inputs : null;
}

function isChecked(view: ComputedView, current: CurrentState, wanted: Repository): boolean {
  const before = current.repository.views.get(view.name);
  if (before === undefined || before.kind === "featureTable" || !current.resolved.has(view.name))
    return false;
  const isSame = canonicalJson(checkedParts(before)) === canonicalJson(checkedParts(view));
  return isSame && dependencyReasons(view, current.repository, wanted).length === 0;
}

function checkedParts(view: ComputedView): readonly unknown[] {
  return [view.transform, view.sources, isRowWise(view)];
}

/** TIME T16. */
function isRowWise(view: ComputedView): boolean {
  return view.kind === "streamFeatureView" || view.incrementalBackfills !== true;
}
