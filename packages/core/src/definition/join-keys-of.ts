import type { JoinKey } from "../value/key.ts";
import type { FeatureViewDefinition } from "./definition.ts";
import type { Repository } from "./validate.ts";

/** A view's join keys: those of its entities, in declared order; entities that are not declared have none. */
export function joinKeysOf(
  view: Pick<FeatureViewDefinition, "entities">,
  repository: Pick<Repository, "entities">,
): readonly JoinKey[] {
  return view.entities.flatMap((name) => repository.entities.get(name)?.joinKeys ?? []);
}
