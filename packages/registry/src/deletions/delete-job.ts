import type { JobTrigger } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { Store } from "../types/ledger.ts";

/** A job that carries out a deletion in a store. */
export interface NewDeleteJob {
  readonly workspaceId: number;
  readonly generationId: number;
  readonly view: string;
  readonly deletionId: bigint;
  readonly store: Store;
  readonly trigger: JobTrigger;
  readonly requestedBy: string;
}

/** Makes the job with its first attempt. */
export async function insertDeleteJob(tx: Queries, job: NewDeleteJob): Promise<void> {
  const row = await tx.first<{ id: string }>(statement`
    insert into job (
      workspace_id, generation_id, view_name, type, input, trigger, online, offline, overwrite,
      use_managed_retries, requested_by
    )
    values (
      ${job.workspaceId}, ${job.generationId}, ${job.view}, 'delete', ${String(job.deletionId)},
      ${job.trigger}, ${job.store === "online"}, ${job.store === "offline"}, false, true, ${job.requestedBy}
    )
    returning id`);
  await tx.run(statement`insert into attempt (job_id, number, fence) values (${row!.id}, 1, 1)`);
}
