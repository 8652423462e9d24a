import type { JobState } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { isUuid } from "../database/uuid.ts";
import type { Heartbeat, HeartbeatReply } from "../types/attempt.ts";
import type { Progress } from "../types/job.ts";

/** Extends the lease of a running attempt and notes its progress. */
export async function beat(
  queries: Queries,
  attemptId: string,
  fence: number,
  { leaseMs, progress }: Heartbeat,
): Promise<HeartbeatReply> {
  if (!isUuid(attemptId)) return "fenced";
  const job = await queries.first<{ id: string; state: JobState }>(statement`
    update attempt
    set lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    from job
    where attempt.id = ${attemptId}
      and attempt.fence = ${fence}
      and attempt.state = 'RUNNING'
      and job.id = attempt.job_id
    returning job.id, job.state`);
  if (job === null) return "fenced";
  if (job.state === "MANUAL_CANCELLATION_REQUESTED") return "cancel";
  if (progress !== undefined) await noteProgress(queries, job.id, progress);
  return "ok";
}

async function noteProgress(queries: Queries, jobId: string, progress: Progress): Promise<void> {
  const { phase, fraction, rows } = progress;
  const bytes = progress.bytes ?? null;
  await queries.run(statement`
    update job
    set phase = ${phase}, progress_fraction = ${fraction}, progress_rows = ${rows},
      progress_bytes = coalesce(${bytes}, progress_bytes)
    where id = ${jobId} and state = 'RUNNING'
      and (phase, progress_fraction, progress_rows, progress_bytes) is distinct from
        (${phase}::text, ${fraction}::double precision, ${rows}::bigint, coalesce(${bytes}::bigint, progress_bytes))`);
}
