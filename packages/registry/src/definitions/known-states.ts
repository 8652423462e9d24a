import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { WorkspaceState } from "../types/definition.ts";

/** How many workspaces are kept; those that are asked for all the time are few. */
const MOST = 16;

/**
 * Reads the state of a workspace unless it is known: what is applied changes with the revision and never without it,
 * so the same revision gives the very same object.
 */
export function knownStates(
  queries: Queries,
  read: (workspaceId: number) => Promise<WorkspaceState>,
): (workspaceId: number) => Promise<WorkspaceState> {
  const known = new Map<number, WorkspaceState>();
  return async (workspaceId) => {
    const state = known.get(workspaceId);
    if (state !== undefined && state.revision === (await revisionOf(queries, workspaceId))) return state;
    const latest = await read(workspaceId);
    known.delete(workspaceId);
    known.set(workspaceId, latest);
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    return latest;
  };
}

async function revisionOf(queries: Queries, workspaceId: number): Promise<bigint | null> {
  const row = await queries.first<{ revision: bigint }>(statement`
    select revision
    from workspace
    where id = ${workspaceId}`);
  return row?.revision ?? null;
}
