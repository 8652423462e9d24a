import { TeselaError } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";

/** Makes changes of a workspace take turns. Throws `PLAN_STALE` unless it is at the expected revision. */
export async function lockWorkspace(tx: Queries, workspaceId: number, expected: bigint): Promise<void> {
  const row = await tx.first<{ name: string; revision: bigint }>(statement`
    select name, revision
    from workspace
    where id = ${workspaceId}
    for no key update`);
  if (row === null) throw new TeselaError("NOT_FOUND", `There is no workspace ${workspaceId}.`);
  if (row.revision === expected) return;
  throw new TeselaError(
    "PLAN_STALE",
    `Workspace "${row.name}" is at revision ${row.revision}; the plan was made at revision ${expected}.`,
    { fix: "Plan again and apply the new plan." },
  );
}
