import { isFinal, JOB_STATES, type JobState } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { endJobWithoutWorker } from "../jobs/end-job.ts";

/** Starts the next life of a view. */
export async function startGeneration(tx: Queries, workspaceId: number, viewName: string): Promise<number> {
  const row = await tx.first<{ id: number }>(statement`
    insert into view_generation (workspace_id, view_name, number)
    select ${workspaceId}::integer, ${viewName}::text, coalesce(max(number), 0) + 1
    from view_generation
    where workspace_id = ${workspaceId} and view_name = ${viewName}
    returning id`);
  return row!.id;
}

/** Ends a life of a view, its open jobs with it; deletions of keys go on, as they are for good (TIME T17). */
export async function retireGeneration(tx: Queries, generationId: number, why: string): Promise<void> {
  await tx.run(statement`update view_generation set retired_at = now() where id = ${generationId}`);
  const open = JOB_STATES.filter((state) => !isFinal(state));
  const jobs = await tx.rows<{ id: string; state: JobState }>(statement`
    select id, state
    from job
    where generation_id = ${generationId} and type <> 'delete' and state = any(${open})
    for no key update`);
  for (const job of jobs) await endJobWithoutWorker(tx, job, "failFinal", { code: "CONFLICT", message: why });
}
