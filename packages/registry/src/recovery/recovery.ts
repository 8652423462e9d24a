import type { RetryPolicy } from "@tesela/core";
import type { Database } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { JobLimits } from "../types.ts";
import type { Recovery } from "../types/recovery.ts";
import { loseAttempts, queueRetries } from "./lost-attempts.ts";
import { loseTasks } from "./lost-tasks.ts";
import { attemptsUnsent, takeRunnable } from "./runnable.ts";
import { takeUnclaimedAttempts, takeUnclaimedTasks } from "./unclaimed.ts";

/** Recovery by what Postgres knows. */
export function createRecovery(
  database: Database,
  { limits, retryPolicy }: { readonly limits: JobLimits; readonly retryPolicy: RetryPolicy },
): Recovery {
  return {
    loseAttempts: () => loseAttempts(database, retryPolicy),
    queueRetries: () => queueRetries(database),
    loseTasks: () => loseTasks(database),
    takeUnclaimedAttempts: (afterMs) => takeUnclaimedAttempts(database, afterMs),
    takeUnclaimedTasks: (afterMs) => takeUnclaimedTasks(database, afterMs),
    takeRunnable: () => takeRunnable(database, limits),
    attemptsUnsent: (attempts) => attemptsUnsent(database, attempts),
    async taskSent({ id, fence }) {
      await database.run(statement`
        update task
        set sent_at = clock_timestamp(), sends = sends + 1
        where id = ${id} and fence = ${fence} and state = 'QUEUED'`);
    },
  };
}
