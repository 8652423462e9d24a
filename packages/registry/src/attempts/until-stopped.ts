import { setTimeout } from "node:timers/promises";
import type { JobState } from "@tesela/core";
import type { Database } from "../database/database.ts";
import type { Notifications } from "../database/notifications.ts";
import { statement } from "../database/statement.ts";
import type { AttemptRef } from "../types/job.ts";

/** A job's own changes come in quick succession: they are looked at together, of a short job none. */
const REST_MS = 50;
/** Longer than any attempt runs. */
const FOREVER_MS = 1_000_000_000;

/** Waits until an attempt has to stop; a change of its job wakes the wait. */
export async function untilStopped(
  database: Database,
  notifications: Notifications,
  { id, fence, jobId }: AttemptRef & { readonly jobId: string },
  signal: AbortSignal,
): Promise<void> {
  const read = async () => {
    await setTimeout(REST_MS, undefined, { signal });
    return database.first<{ state: JobState }>(statement`
      select job.state
      from attempt
      join job on job.id = attempt.job_id
      where attempt.id = ${id} and attempt.fence = ${fence} and attempt.state = 'RUNNING'`);
  };
  const mustStop = (job: { readonly state: JobState } | null): boolean => job?.state !== "RUNNING";
  await notifications.waitFor(jobId, read, mustStop, { timeoutMs: FOREVER_MS, signal });
}
