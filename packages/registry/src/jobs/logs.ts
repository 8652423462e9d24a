import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { JobLogLine } from "../types/job.ts";

/** The log of a job's attempts, or of one of them, in order. */
export function readLogs(queries: Queries, jobId: string, attempt: number | null): Promise<JobLogLine[]> {
  return queries.rows(statement`
    select attempt.number as attempt, attempt_log.at, attempt_log.level, attempt_log.message
    from attempt_log
    join attempt on attempt.id = attempt_log.attempt_id
    where attempt.job_id = ${jobId} and (${attempt}::integer is null or attempt.number = ${attempt})
    order by attempt.number, attempt_log.id`);
}
