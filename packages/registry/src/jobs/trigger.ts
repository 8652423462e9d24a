import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { refuseOverlap } from "../ledger/overlap.ts";
import { reserve } from "../ledger/reserve.ts";
import type { TriggerCommand } from "../types/job.ts";
import { TeselaError } from "@tesela/core";

/** Makes a job with its reservations and its first attempt under the lock of its generation; gives its id. */
export async function insertJob(tx: Queries, command: TriggerCommand): Promise<string> {
  await refuseOverlap(tx, command);
  const jobId = await insert(tx, command);
  await reserve(tx, { ...command, id: jobId }, [command.range]);
  return jobId;
}

/** The job and its first attempt. */
async function insert(tx: Queries, command: TriggerCommand): Promise<string> {
  const row = await tx.first<{ id: string }>(statement`
    with made as (
      insert into job (
        workspace_id, generation_id, view_name, start_time, end_time, online, offline, overwrite,
        use_managed_retries, requested_by, trigger
      )
      values (
        ${command.workspaceId}, ${command.generationId}, ${command.view}, ${command.range.start},
        ${command.range.end}, ${command.online}, ${command.offline}, ${command.overwrite},
        ${command.useManagedRetries}, ${command.requestedBy}, ${command.trigger ?? "manual"}
      )
      returning id
    )
    insert into attempt (job_id, number, fence)
    select id, 1, 1
    from made
    returning job_id as id`);
  return row!.id;
}

/** The error for a view whose generation has ended. */
export function retired(view: string): TeselaError {
  return new TeselaError("CONFLICT", `View "${view}" was recreated or deleted meanwhile.`, {
    fix: "Look at the view as it is now, then trigger again.",
  });
}
