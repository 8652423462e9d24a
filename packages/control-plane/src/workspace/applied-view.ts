import { resolvedViewSchema } from "@tesela/contract";
import {
  compileView,
  repositoryOf,
  TeselaError,
  type BatchFeatureViewDefinition,
  type CompiledView,
  type Repository,
  type ResolvedView,
} from "@tesela/core";
import type { StoredDefinition, WorkspaceState } from "@tesela/registry";

/** A feature view as applied, ready to compute with. */
export interface AppliedView {
  readonly definition: BatchFeatureViewDefinition;
  readonly resolved: ResolvedView;
  readonly compiled: CompiledView;
  readonly generationId: number;
  readonly createdAt: Date;
}

/** The feature views of a workspace, by name, and what they stand on. */
export interface AppliedWorkspace {
  readonly repository: Repository;
  readonly views: ReadonlyMap<string, AppliedView>;
}

/** Compiles every feature view of a workspace. */
export function appliedWorkspaceOf(state: WorkspaceState): AppliedWorkspace {
  const repository = repositoryOf(state.objects.map(({ definition }) => definition));
  const views = state.objects.flatMap((object) => appliedView(object, repository));
  return { repository, views: new Map(views.map((view) => [view.definition.name, view])) };
}

/** The view of a name; throws `NOT_FOUND` naming those that there are. */
export function viewNamed({ views }: AppliedWorkspace, name: string): AppliedView {
  const view = views.get(name);
  if (view !== undefined) return view;
  const known = [...views.keys()].toSorted().join(", ");
  throw new TeselaError("NOT_FOUND", `There is no feature view "${name}".`, {
    fix: known === "" ? "Apply one first." : `The workspace has: ${known}.`,
  });
}

function appliedView(object: StoredDefinition, repository: Repository): AppliedView[] {
  const { definition, generationId, createdAt } = object;
  if (definition.kind !== "batchFeatureView" || generationId === null) return [];
  const resolved = resolvedViewSchema.parse(object.resolved);
  return [
    {
      definition,
      resolved,
      compiled: compileView(definition, repository, resolved),
      generationId,
      createdAt,
    },
  ];
}
