import { createApiKeys } from "./api-keys.ts";
import { createAttempts } from "./attempts/attempts.ts";
import { createClock } from "./clock.ts";
import { openDatabase } from "./database/database.ts";
import { migrate } from "./database/migrate.ts";
import { createNotifications } from "./database/notifications.ts";
import { statement } from "./database/statement.ts";
import { createDefinitions } from "./definitions/definitions.ts";
import { createJobs } from "./jobs/jobs.ts";
import { createLedger } from "./ledger/ledger.ts";
import { createPlans } from "./plans.ts";
import { createRecovery } from "./recovery/recovery.ts";
import { createTasks } from "./tasks/tasks.ts";
import type { Registry, RegistryOptions } from "./types.ts";
import { createWorkers } from "./workers.ts";
import { createWorkspaces } from "./workspaces.ts";

const POOL_SIZE = 10;

/**
 * Brings the database up to date and opens the registry. Throws `UNAVAILABLE` when the database does not
 * answer, `MISCONFIGURED` when its migrations have failed or are not those of this release.
 */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const { databaseUrl, systemClock = () => new Date(), poolSize = POOL_SIZE } = options;
  await migrate(databaseUrl);
  const database = openDatabase(databaseUrl, poolSize);
  const notifications = createNotifications(databaseUrl);
  const clock = createClock(database, systemClock);
  return {
    workspaces: createWorkspaces(database),
    definitions: createDefinitions(database),
    plans: createPlans(database),
    jobs: createJobs(database, notifications),
    attempts: createAttempts(database, clock),
    ledger: createLedger(database),
    tasks: createTasks(database, notifications),
    recovery: createRecovery(database),
    apiKeys: createApiKeys(database),
    clock,
    workers: createWorkers(database),
    ping: async () => void (await database.run(statement`select 1`)),
    stop: async () => {
      await notifications.stop();
      await database.close();
    },
  };
}
