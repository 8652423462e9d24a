import type { Database } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { Recovery } from "../types/recovery.ts";
import { loseAttempts, queueRetries } from "./lost-attempts.ts";
import { loseTasks } from "./lost-tasks.ts";
import { takeUnclaimedAttempts, takeUnclaimedTasks } from "./unclaimed.ts";

/** Recovery by what Postgres knows. */
export function createRecovery(database: Database): Recovery {
  return {
    loseAttempts: () => loseAttempts(database),
    queueRetries: () => queueRetries(database),
    loseTasks: () => loseTasks(database),
    takeUnclaimedAttempts: (afterMs) => takeUnclaimedAttempts(database, afterMs),
    takeUnclaimedTasks: (afterMs) => takeUnclaimedTasks(database, afterMs),
    async attemptSent({ id, fence }) {
      await database.run(statement`
        update attempt
        set sent_at = clock_timestamp(), sends = sends + 1
        where id = ${id} and fence = ${fence} and state is null`);
    },
    async taskSent({ id, fence }) {
      await database.run(statement`
        update task
        set sent_at = clock_timestamp(), sends = sends + 1
        where id = ${id} and fence = ${fence} and state = 'QUEUED'`);
    },
  };
}
