import { TeselaError } from "@tesela/core";
import type { Database } from "../database/database.ts";
import type { Definitions, StoredDefinition, WorkspaceState } from "../types/definition.ts";
import { applyChange } from "./apply-change.ts";
import { lockWorkspace } from "./lock-workspace.ts";
import { definitionFields, storedDefinition } from "./stored-definition.ts";
import { statement } from "../database/statement.ts";

/** Definitions in Postgres. */
export function createDefinitions(database: Database): Definitions {
  const current = (workspaceId: number): Promise<WorkspaceState> => readCurrent(database, workspaceId);
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

/** One snapshot gives both, so the objects are those of the revision. */
async function readCurrent({ prisma }: Database, workspaceId: number): Promise<WorkspaceState> {
  const [workspace, rows] = await prisma.$transaction(
    [
      prisma.workspace.findUnique({ where: { id: workspaceId } }),
      prisma.definition.findMany({
        where: { workspaceId, retiredAt: null },
        select: definitionFields,
        orderBy: [{ kind: "asc" }, { name: "asc" }],
      }),
    ],
    { isolationLevel: "RepeatableRead" },
  );
  if (workspace === null) throw new TeselaError("NOT_FOUND", `There is no workspace ${workspaceId}.`);
  const objects: StoredDefinition[] = rows.map(storedDefinition);
  return { revision: workspace.revision, objects };
}
