import { isSource, type FeatureViewDefinition } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
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

/** The last version of a view's generation, which may be retired, for jobs that compute nothing. */
export async function readLastInputs(
  tx: Queries,
  { workspaceId, generationId }: LockedJob,
): Promise<ViewInputs | null> {
  const [row] = await tx.rows<DefinitionRow & { workspace: string }>(statement`
    select ${definitionColumns()}, workspace.name as workspace
    from definition
    join workspace on workspace.id = definition.workspace_id
    where workspace_id = ${workspaceId} and generation_id = ${generationId}
    order by version desc
    limit 1`);
  if (row === undefined) return null;
  const view = storedDefinition(row);
  return isStoredView(view) ? { workspace: row.workspace, view, sources: [], entities: [] } : null;
}

/** The view as it is now, or as it was last: a deletion of keys outlives the view. */
export async function readAnyInputs(tx: Queries, job: LockedJob): Promise<ViewInputs | null> {
  return (await readViewInputs(tx, job)) ?? readLastInputs(tx, job);
}

function sourcesOf(view: FeatureViewDefinition): readonly string[] {
  return view.kind === "featureTable" ? [] : view.sources.map(({ source }) => source);
}

function definitionColumns(): Statement {
  return statement`
      definition.kind, definition.name, definition.version, definition.definition, definition.fingerprint,
      definition.resolved,
      definition.generation_id as "generationId",
      definition.created_at as "createdAt",
      definition.retired_at as "retiredAt"`;
}

async function readCurrent(tx: Queries, workspaceId: number): Promise<StoredDefinition[]> {
  const rows = await tx.rows<DefinitionRow>(statement`
    select ${definitionColumns()}
    from definition
    where workspace_id = ${workspaceId} and retired_at is null`);
  return rows.map(storedDefinition);
}
