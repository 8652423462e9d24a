import { isFinal, JOB_STATES } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { lockGeneration } from "../ledger/lock-generation.ts";
import type { AttemptRef, IngestCommand } from "../types/job.ts";
import { retired } from "./trigger.ts";

const OPEN = JOB_STATES.filter((state) => !isFinal(state));

/** Makes an ingest with its first attempt; gives the job's id. Its range is reserved at commit 1, when it is known. */
export async function insertIngest(tx: Queries, command: IngestCommand): Promise<string> {
  const { isRetired } = await lockGeneration(tx, command.generationId);
  if (isRetired) throw retired(command.view);
  const row = await tx.first<{ id: string }>(statement`
    insert into job (
      workspace_id, generation_id, view_name, type, input, online, offline, overwrite, use_managed_retries,
      requested_by
    )
    values (
      ${command.workspaceId}, ${command.generationId}, ${command.view}, 'ingest', ${command.input},
      ${command.online}, ${command.offline}, true, ${command.useManagedRetries}, ${command.requestedBy}
    )
    returning id`);
  await tx.run(statement`insert into attempt (job_id, number, fence) values (${row!.id}, 1, 1)`);
  return row!.id;
}

/**
 * Whether another ingest of the table is under way: a worker has it, or its commit waits for its push. The next
 * one begins after it, so that it merges with all that was committed and pushes come in order.
 */
export async function isIngestUnderWay(
  tx: Queries,
  job: { readonly id: string; readonly generationId: number },
): Promise<boolean> {
  const other = await tx.first(statement`
    select 1
    from job
    where generation_id = ${job.generationId}
      and id <> ${job.id}
      and type not in ('compact', 'collect', 'cleanup')
      and state = any(${OPEN})
      and (
        exists (select 1 from attempt where attempt.job_id = job.id and attempt.state = 'RUNNING')
        or exists (
          select 1
          from commit
          where commit.job_id = job.id and commit.online and pushed_at is null and abandoned_at is null
        )
      )
    limit 1`);
  return other !== null;
}

/** The attempt of an ingest that has waited longest for a worker, or `null`. */
export function nextIngest(queries: Queries, generationId: number): Promise<AttemptRef | null> {
  return queries.first(statement`
    select attempt.id, attempt.fence
    from attempt
    join job on job.id = attempt.job_id
    where job.generation_id = ${generationId} and job.type = 'ingest' and attempt.state is null
    order by attempt.queued_at
    limit 1`);
}

/** Whether a job that is not final still reads the upload at a path. */
export async function isInputNeeded(queries: Queries, path: string): Promise<boolean> {
  const job = await queries.first(statement`
    select 1
    from job
    where input = ${path} and state = any(${OPEN})
    limit 1`);
  return job !== null;
}
