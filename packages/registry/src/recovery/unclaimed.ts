import type { Database } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { AttemptRef } from "../types/job.ts";
import type { TaskRef } from "../types/recovery.ts";
import { BATCH, MAX_PATIENCE } from "./batch.ts";

/** Attempts that were sent and wait for a worker for too long; they are noted as sent again. */
export function takeUnclaimedAttempts(database: Database, afterMs: number): Promise<AttemptRef[]> {
  return database.rows(statement`
    update attempt
    set sent_at = clock_timestamp(), sends = sends + 1
    where id in (
      select id
      from attempt
      where state is null
        and sent_at <= clock_timestamp()
          - least(power(2, least(greatest(sends - 1, 0), 10)), ${MAX_PATIENCE}) * ${afterMs} * interval '1 millisecond'
      order by queued_at
      limit ${BATCH}
      for no key update skip locked
    )
    returning id, fence`);
}

/** Tasks that wait for a worker for too long; they are noted as sent. */
export function takeUnclaimedTasks(database: Database, afterMs: number): Promise<TaskRef[]> {
  return database.rows(statement`
    update task
    set sent_at = clock_timestamp(), sends = sends + 1
    where id in (
      select id
      from task
      where state = 'QUEUED'
        and expires_at > clock_timestamp()
        and coalesce(sent_at, queued_at) <= clock_timestamp()
          - least(power(2, least(greatest(sends - 1, 0), 10)), ${MAX_PATIENCE}) * ${afterMs} * interval '1 millisecond'
      order by queued_at
      limit ${BATCH}
      for no key update skip locked
    )
    returning id, fence, kind`);
}
