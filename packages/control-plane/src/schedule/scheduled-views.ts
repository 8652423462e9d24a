import { resolvedViewSchema } from "@tesela/contract";
import { compileView, repositoryOf, toTeselaError, type CompiledView, type TeselaError } from "@tesela/core";
import { isStoredView, type Definitions, type Workspace } from "@tesela/registry";

/** A view of a workspace as its schedule needs it, or why it cannot be compiled. */
export interface LookedAtView {
  readonly generationId: number;
  readonly name: string;
  readonly compiled: CompiledView | TeselaError;
}

/** The views of a workspace at a revision. */
export interface LookedAtWorkspace {
  readonly id: number;
  readonly revision: bigint;
  readonly views: readonly LookedAtView[];
}

/** Reads the views of workspaces; those of a workspace that has not moved on are read and compiled once. */
export function scheduledViews(definitions: Definitions) {
  let known = new Map<number, LookedAtWorkspace>();
  return async (workspaces: readonly Workspace[]): Promise<readonly LookedAtWorkspace[]> => {
    const found: LookedAtWorkspace[] = [];
    for (const { id, revision } of workspaces) {
      const before = known.get(id);
      found.push(before?.revision === revision ? before : await readWorkspace(definitions, id));
    }
    known = new Map(found.map((workspace) => [workspace.id, workspace]));
    return found;
  };
}

async function readWorkspace(definitions: Definitions, id: number): Promise<LookedAtWorkspace> {
  const { revision, objects } = await definitions.current(id);
  const repository = repositoryOf(objects.map(({ definition }) => definition));
  const views = objects.filter(isStoredView).map((stored): LookedAtView => {
    const { name, generationId } = stored;
    try {
      const resolved = resolvedViewSchema.parse(stored.resolved);
      const compiled = compileView(stored.definition, repository, resolved);
      return { name, generationId, compiled };
    } catch (thrown) {
      return { name, generationId, compiled: toTeselaError(thrown) };
    }
  });
  return { id, revision, views };
}
