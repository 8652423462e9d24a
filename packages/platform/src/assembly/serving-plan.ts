import {
  compileView,
  isView,
  repositoryOf,
  type FeatureViewDefinition,
  type ResolvedView,
} from "@tesela/core";
import type { ServedView, ServedWorkspace, ServingPlan } from "@tesela/online-store";
import type { Registry, StoredDefinition, Workspace } from "@tesela/registry";

/** Reads all that the feature server needs to know from the registry: clock, keys, and views served online. */
export async function loadServingPlan(registry: Registry): Promise<ServingPlan> {
  const [clock, apiKeys, workspaces] = await Promise.all([
    registry.clock.read(),
    registry.apiKeys.listActive(),
    registry.workspaces.list(),
  ]);
  const served = await Promise.all(
    workspaces.map(
      async (workspace) => [workspace.name, await servedWorkspace(registry, workspace)] as const,
    ),
  );
  return { clock, apiKeys, workspaces: new Map(served) };
}

async function servedWorkspace(registry: Registry, workspace: Workspace): Promise<ServedWorkspace> {
  const { objects } = await registry.definitions.current(workspace.id);
  const repository = repositoryOf(objects.map(({ definition }) => definition));
  const views = objects.filter(isServed).map(async (stored) => {
    const view = compileView(stored.definition, repository, stored.resolved);
    return [view.name, await servedView(registry, workspace.id, stored.generationId, view)] as const;
  });
  return { views: new Map(await Promise.all(views)) };
}

/** A view that is served online, as a stored definition. */
interface StoredServedView extends StoredDefinition {
  readonly definition: FeatureViewDefinition;
  readonly resolved: ResolvedView;
  readonly generationId: number;
}

function isServed(stored: StoredDefinition): stored is StoredServedView {
  return isView(stored.definition) && stored.definition.online && stored.generationId !== null;
}

/** Pushes complete in commit order, so the greatest commit that is live online is the last complete one. */
async function servedView(
  registry: Registry,
  workspaceId: number,
  generation: number,
  view: ServedView["view"],
): Promise<ServedView> {
  const ranges = await registry.ledger.ranges(generation, "online");
  const expectedSeq = ranges.reduce((seq, { commitSeq }) => (commitSeq > seq ? commitSeq : seq), 0n);
  return { view, workspaceId, generation, expectedSeq };
}
