import { TeselaError } from "@tesela/core";
import type { Database } from "./database/database.ts";
import { statement } from "./database/statement.ts";
import { isUuid } from "./database/uuid.ts";
import type { Plan, Plans } from "./types/plan.ts";

/** Plans in Postgres; they expire by the database's clock. */
export function createPlans(database: Database): Plans {
  return {
    async save({ workspaceId, baseRevision, body, createdBy, ttlMs }) {
      const row = await database.first<{ id: string }>(statement`
        insert into plan (workspace_id, base_revision, body, created_by, expires_at)
        values (
          ${workspaceId}, ${baseRevision}, ${JSON.stringify(body)}::jsonb, ${createdBy},
          clock_timestamp() + ${ttlMs} * interval '1 millisecond'
        )
        returning id`);
      return row!.id;
    },
    async get(workspaceId, planId) {
      const row = isUuid(planId) ? await read(database, workspaceId, planId) : null;
      if (row === null) throw missing(planId);
      const { isExpired, ...plan } = row;
      if (isExpired) throw expired(planId);
      return plan;
    },
    async markApplied(planId) {
      if (!isUuid(planId)) throw missing(planId);
      const { count } = await database.prisma.plan.updateMany({
        where: { id: planId, appliedAt: null },
        data: { appliedAt: new Date() },
      });
      if (count === 1) return;
      throw (await database.prisma.plan.count({ where: { id: planId } })) === 0
        ? missing(planId)
        : applied(planId);
    },
  };
}

function read(
  database: Database,
  workspaceId: number,
  planId: string,
): Promise<(Plan & { readonly isExpired: boolean }) | null> {
  return database.first(statement`
    select
      id,
      workspace_id as "workspaceId",
      base_revision as "baseRevision",
      body,
      created_by as "createdBy",
      created_at as "createdAt",
      expires_at as "expiresAt",
      applied_at as "appliedAt",
      expires_at <= clock_timestamp() as "isExpired"
    from plan
    where id = ${planId} and workspace_id = ${workspaceId}`);
}

function missing(planId: string): TeselaError {
  return new TeselaError("NOT_FOUND", `There is no plan "${planId}" in this workspace.`, {
    fix: "Plan again.",
  });
}

function expired(planId: string): TeselaError {
  return new TeselaError("EXPIRED", `Plan "${planId}" is too old to be applied.`, { fix: "Plan again." });
}

function applied(planId: string): TeselaError {
  return new TeselaError("CONFLICT", `Plan "${planId}" has been applied already.`, {
    fix: "Plan again to see whether anything is left to do.",
  });
}
