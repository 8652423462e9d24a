import { TeselaError } from "@tesela/core";
import type { Database } from "../database/database.ts";
import type { Definitions, WorkspaceState } from "../types/definition.ts";
import { applyChange } from "./apply-change.ts";
import { knownStates } from "./known-states.ts";
import { lockWorkspace } from "./lock-workspace.ts";
import { definitionFields, storedDefinition, type DefinitionRow } from "./stored-definition.ts";
import { statement } from "../database/statement.ts";

/** Definitions in Postgres. */
export function createDefinitions(database: Database): Definitions {
  const current = knownStates(database, (workspaceId) => readCurrent(database, workspaceId));
  return {
    current,
    async history(workspaceId, kind, name) {
      const rows = await database.prisma.definition.findMany({
        where: { workspaceId, kind, name },
        select: definitionFields,
        orderBy: { version: "desc" },
      });
      return rows.map(storedDefinition);
    },
    async applyChanges(workspaceId, baseRevision, changes) {
      await database.transaction(async (tx) => {
        await lockWorkspace(tx, workspaceId, baseRevision);
        for (const change of changes) await applyChange(tx, workspaceId, change);
        if (changes.length === 0) return;
        await tx.run(statement`update workspace set revision = revision + 1 where id = ${workspaceId}`);
      });
      return current(workspaceId);
    },
  };
}

/** One statement gives both, so the objects are those of the revision. A workspace without objects is one row. */
async function readCurrent(database: Database, workspaceId: number): Promise<WorkspaceState> {
  const rows = await database.rows<DefinitionRow & { readonly revision: bigint; readonly isObject: boolean }>(
    statement`
      select
        workspace.revision,
        definition.id is not null as "isObject",
        definition.kind, definition.name, definition.version, definition.definition, definition.fingerprint,
        definition.resolved,
        definition.generation_id as "generationId",
        definition.created_at as "createdAt",
        definition.retired_at as "retiredAt"
      from workspace
      left join definition on definition.workspace_id = workspace.id and definition.retired_at is null
      where workspace.id = ${workspaceId}
      order by definition.kind, definition.name`,
  );
  const [first] = rows;
  if (first === undefined) throw new TeselaError("NOT_FOUND", `There is no workspace ${workspaceId}.`);
  return { revision: first.revision, objects: rows.filter(({ isObject }) => isObject).map(storedDefinition) };
}
