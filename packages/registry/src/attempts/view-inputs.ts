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
  const rows = await readNamed(tx, workspaceId, generationId);
  const objects = rows.map(storedDefinition);
  const view = objects.filter(isStoredView).find((one) => one.generationId === generationId);
  if (view === undefined) return null;
  const { definition } = view;
  const sources = new Set(sourcesOf(definition));
  return {
    workspace: rows[0]!.workspace,
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

function definitionColumns(): Statement {
  return statement`
      definition.kind, definition.name, definition.version, definition.definition, definition.fingerprint,
      definition.resolved,
      definition.generation_id as "generationId",
      definition.created_at as "createdAt",
      definition.retired_at as "retiredAt"`;
}

function sourcesOf(view: FeatureViewDefinition): readonly string[] {
  return view.kind === "featureTable" ? [] : view.sources.map(({ source }) => source);
}

/** The current version of a generation's view, and of all that has a name that the view names: not of the whole workspace. */
function readNamed(
  tx: Queries,
  workspaceId: number,
  generationId: number,
): Promise<(DefinitionRow & { readonly workspace: string })[]> {
  return tx.rows(statement`
    with own as (
      select definition
      from definition
      where workspace_id = ${workspaceId} and generation_id = ${generationId} and retired_at is null
    ),
    named (name) as (
      select jsonb_path_query(definition, '$.entities[*]') #>> '{}'
      from own
      union all
      select jsonb_path_query(definition, '$.sources[*].source') #>> '{}'
      from own
    )
    select ${definitionColumns()}, workspace.name as workspace
    from definition
    join workspace on workspace.id = definition.workspace_id
    where definition.workspace_id = ${workspaceId}
      and definition.retired_at is null
      and (definition.generation_id = ${generationId} or definition.name in (select name from named))`);
}
