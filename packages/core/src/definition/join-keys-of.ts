import type { JoinKey } from "../value/key.ts";
import type { FeatureViewDefinition, RealtimeFeatureViewDefinition } from "./definition.ts";
import type { Repository } from "./validate.ts";

/** A view's join keys: those of its entities, in declared order; entities that are not declared have none. */
export function joinKeysOf(
  view: Pick<FeatureViewDefinition, "entities">,
  repository: Pick<Repository, "entities">,
): readonly JoinKey[] {
  return view.entities.flatMap((name) => repository.entities.get(name)?.joinKeys ?? []);
}

/** The join key that a view's online serving index leaves out; `null`: it has no such index. */
export function wildcardKeyOf(
  view: Pick<FeatureViewDefinition, "entities" | "onlineServingIndex">,
  repository: Pick<Repository, "entities">,
): JoinKey | null {
  const { onlineServingIndex } = view;
  if (onlineServingIndex === undefined) return null;
  return joinKeysOf(view, repository).find(({ name }) => !onlineServingIndex.includes(name)) ?? null;
}

/** The join keys of a realtime view: those of the views that it reads, each once, by the names that it gives them. */
export function realtimeJoinKeysOf(
  { sources }: RealtimeFeatureViewDefinition,
  repository: Pick<Repository, "entities" | "views">,
): readonly JoinKey[] {
  const keys = sources.flatMap((source) => {
    const view = source.kind === "view" ? repository.views.get(source.view) : undefined;
    if (source.kind !== "view" || view === undefined) return [];
    const { joinKeyMap = {} } = source;
    return joinKeysOf(view, repository).map(({ name, type }) => ({ name: joinKeyMap[name] ?? name, type }));
  });
  return [...new Map(keys.map((key) => [key.name, key])).values()];
}
