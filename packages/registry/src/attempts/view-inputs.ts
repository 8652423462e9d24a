import { isSource, type FeatureViewDefinition } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { isStoredView, storedDefinition, type DefinitionRow } from "../definitions/stored-definition.ts";
import type { StoredDefinition, StoredView } from "../types/definition.ts";
import type { LockedJob } from "./held-attempt.ts";

/** A view as it is now, with the current versions of what it names. */
export interface ViewInputs {
  readonly workspace: string;
  readonly view: StoredView;
  readonly sources: readonly StoredDefinition[];
  readonly entities: readonly StoredDefinition[];
}

/** What a job's worker computes with; `null` when the view's generation has no current version. */
export async function readViewInputs(
  tx: Queries,
  { workspaceId, generationId }: LockedJob,
): Promise<ViewInputs | null> {
  const objects = await readCurrent(tx, workspaceId);
  const view = objects.filter(isStoredView).find((one) => one.generationId === generationId);
  const workspace = await tx.first<{ name: string }>(
    statement`select name from workspace where id = ${workspaceId}`,
  );
  if (view === undefined || workspace === null) return null;
  const { definition } = view;
  const sources = new Set(sourcesOf(definition));
  return {
    workspace: workspace.name,
    view,
    sources: objects.filter((one) => isSource(one.definition) && sources.has(one.name)),
    entities: definition.entities.flatMap((name) =>
      objects.filter((one) => one.kind === "entity" && one.name === name),
    ),
  };
}

function sourcesOf(view: FeatureViewDefinition): readonly string[] {
  return view.kind === "featureTable" ? [] : view.sources.map(({ source }) => source);
}

async function readCurrent(tx: Queries, workspaceId: number): Promise<StoredDefinition[]> {
  const rows = await tx.rows<DefinitionRow>(statement`
    select
      kind, name, version, definition, fingerprint, resolved,
      generation_id as "generationId",
      created_at as "createdAt",
      retired_at as "retiredAt"
    from definition
    where workspace_id = ${workspaceId} and retired_at is null`);
  return rows.map(storedDefinition);
}
