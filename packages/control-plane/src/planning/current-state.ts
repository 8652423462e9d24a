import { resolvedViewSchema } from "@tesela/contract";
import { isViewKind, repositoryOf, type Repository, type ResolvedView } from "@tesela/core";
import type { WorkspaceState } from "@tesela/registry";

/** The declared objects of a workspace as they are, and what the check of each view found. */
export interface CurrentState {
  readonly revision: bigint;
  readonly repository: Repository;
  readonly resolved: ReadonlyMap<string, ResolvedView>;
}

/** Reads what the registry keeps. */
export function currentStateOf(state: WorkspaceState): CurrentState {
  const views = state.objects.filter(({ kind }) => isViewKind(kind));
  return {
    revision: state.revision,
    repository: repositoryOf(state.objects.map(({ definition }) => definition)),
    resolved: new Map(views.map(({ name, resolved }) => [name, resolvedViewSchema.parse(resolved)])),
  };
}
