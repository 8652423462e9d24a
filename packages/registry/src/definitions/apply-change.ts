import { isViewKind, TeselaError, unreachable } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { Change, Put } from "../types/definition.ts";
import { startGeneration, retireGeneration } from "./generation.ts";

/** The current version of what a change is about. */
interface CurrentVersion {
  readonly id: bigint;
  readonly generationId: number | null;
}

/** Applies one change; the workspace is locked. */
export async function applyChange(tx: Queries, workspaceId: number, change: Change): Promise<void> {
  const current = await findCurrent(tx, workspaceId, change);
  switch (change.action) {
    case "create":
      if (current !== null) throw existsAlready(change);
      return insertVersion(tx, workspaceId, change, await newGeneration(tx, workspaceId, change));
    case "update":
      await retireVersion(tx, known(current, change));
      return insertVersion(tx, workspaceId, change, known(current, change).generationId);
    case "recreate":
      await retire(tx, known(current, change), `View "${change.name}" was recreated.`);
      return insertVersion(tx, workspaceId, change, await newGeneration(tx, workspaceId, change));
    case "delete":
      return retire(tx, known(current, change), `View "${change.name}" was deleted.`);
    default:
      return unreachable(change);
  }
}

function findCurrent(
  tx: Queries,
  workspaceId: number,
  { kind, name }: Change,
): Promise<CurrentVersion | null> {
  return tx.first(statement`
    select id, generation_id as "generationId"
    from definition
    where workspace_id = ${workspaceId} and kind = ${kind} and name = ${name} and retired_at is null`);
}

async function newGeneration(tx: Queries, workspaceId: number, change: Put): Promise<number | null> {
  return isViewKind(change.kind) ? startGeneration(tx, workspaceId, change.name) : null;
}

async function retire(tx: Queries, current: CurrentVersion, why: string): Promise<void> {
  await retireVersion(tx, current);
  if (current.generationId !== null) await retireGeneration(tx, current.generationId, why);
}

async function retireVersion(tx: Queries, current: CurrentVersion): Promise<void> {
  await tx.run(statement`update definition set retired_at = now() where id = ${current.id}`);
}

async function insertVersion(
  tx: Queries,
  workspaceId: number,
  { kind, name, definition, fingerprint, resolved }: Put,
  generationId: number | null,
): Promise<void> {
  await tx.run(statement`
    insert into definition (workspace_id, kind, name, version, definition, fingerprint, resolved, generation_id)
    select ${workspaceId}::integer, ${kind}::text, ${name}::text, coalesce(max(version), 0) + 1,
      ${JSON.stringify(definition)}::jsonb, ${fingerprint}::text,
      ${resolved === null ? null : JSON.stringify(resolved)}::jsonb, ${generationId}::integer
    from definition
    where workspace_id = ${workspaceId} and kind = ${kind} and name = ${name}`);
}

function known(current: CurrentVersion | null, { kind, name, action }: Change): CurrentVersion {
  if (current !== null) return current;
  throw new TeselaError("NOT_FOUND", `There is no ${kind} "${name}" to ${action}.`, { fix: "Plan again." });
}

function existsAlready({ kind, name }: Change): TeselaError {
  return new TeselaError("CONFLICT", `There is a ${kind} "${name}" already.`, { fix: "Plan again." });
}
