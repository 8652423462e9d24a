import { isFinal, JOB_STATES, type HousekeepingType, type JobType } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { retired } from "../jobs/trigger.ts";
import { lockGeneration } from "../ledger/lock-generation.ts";
import type { HousekeepingPolicy, HousekeepingTarget } from "../types/housekeeping.ts";

/** The states of a job that is not final. */
export const OPEN_STATES = JOB_STATES.filter((state) => !isFinal(state));

/** Which stores a job of a type works on. */
const STORES: Readonly<Record<HousekeepingType, { readonly online: boolean; readonly offline: boolean }>> = {
  compact: { online: false, offline: true },
  collect: { online: false, offline: true },
  cleanup: { online: true, offline: false },
  rebuild: { online: true, offline: false },
};

/** Narrows the type of a job to one of housekeeping. */
export function isHousekeeping(type: JobType): type is HousekeepingType {
  return Object.hasOwn(STORES, type);
}

/** Whether a type of job works on generations that are retired too. */
export function worksOnRetired(type: JobType): boolean {
  return type === "collect" || type === "cleanup";
}

/** Makes a housekeeping job with its first attempt, unless one of its type is open; gives its id. */
export async function requestHousekeeping(
  tx: Queries,
  target: HousekeepingTarget,
  policy: HousekeepingPolicy,
  by: { readonly requestedBy: string; readonly trigger: string },
): Promise<string> {
  const { isRetired } = await lockGeneration(tx, target.generationId);
  const open = await openJob(tx, target);
  if (open !== null) return open.id;
  if (isRetired && !worksOnRetired(target.type)) throw retired(target.view);
  const { online, offline } = STORES[target.type];
  const row = await tx.first<{ id: string }>(statement`
    insert into job (
      workspace_id, generation_id, view_name, type, trigger, online, offline, overwrite, use_managed_retries,
      requested_by
    )
    values (
      ${target.workspaceId}, ${target.generationId}, ${target.view}, ${target.type}, ${by.trigger},
      ${online}, ${offline}, false, true, ${by.requestedBy}
    )
    returning id`);
  await tx.run(statement`
    insert into housekeeping (job_id, policy)
    values (${row!.id}, ${JSON.stringify(policy)}::jsonb)`);
  await tx.run(statement`insert into attempt (job_id, number, fence) values (${row!.id}, 1, 1)`);
  return row!.id;
}

function openJob(tx: Queries, { generationId, type }: HousekeepingTarget): Promise<{ id: string } | null> {
  return tx.first(statement`
    select id
    from job
    where generation_id = ${generationId} and type = ${type} and state = any(${OPEN_STATES})`);
}
