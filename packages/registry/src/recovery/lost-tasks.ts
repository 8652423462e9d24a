import type { Database } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { TaskRef } from "../types/recovery.ts";
import type { TaskError } from "../types/task.ts";
import { BATCH } from "./batch.ts";

/** How often a task may lose its worker and be tried again. */
const MAX_LOSSES = 2;

const CRASHED: TaskError = {
  code: "ENGINE_CRASHED",
  message: `The worker was lost ${MAX_LOSSES + 1} times while it did this.`,
  fix: "Ask for less at once, or give the workers more memory; their logs have the cause.",
  problems: [],
};

/** Re-queues tasks whose lease is over, or fails them; gives those to send. */
export async function loseTasks(database: Database): Promise<TaskRef[]> {
  const lost = await database.rows<TaskRef & { readonly state: string }>(statement`
    update task
    set losses = losses + 1,
      fence = fence + 1,
      state = case when losses < ${MAX_LOSSES} then 'QUEUED' else 'FAILURE' end,
      error = case when losses < ${MAX_LOSSES} then null else ${JSON.stringify(CRASHED)}::jsonb end,
      worker_id = null,
      lease_until = null,
      progress = null,
      queued_at = clock_timestamp(),
      sent_at = clock_timestamp(),
      sends = 1
    where id in (
      select id
      from task
      where state = 'RUNNING' and lease_until < clock_timestamp()
      order by lease_until
      limit ${BATCH}
      for no key update skip locked
    )
    returning id, fence, kind, state`);
  return lost.filter(({ state }) => state === "QUEUED").map(({ id, fence, kind }) => ({ id, fence, kind }));
}
