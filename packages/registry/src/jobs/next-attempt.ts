import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";

/** Makes the next attempt of jobs that have had some; it waits for its turn. Gives how many. */
export function insertNextAttempts(tx: Queries, jobIds: readonly string[]): Promise<number> {
  return tx.run(statement`
    insert into attempt (job_id, number, fence)
    select job_id, max(number) + 1, max(fence) + 1
    from attempt
    where job_id = any(${jobIds})
    group by job_id`);
}
