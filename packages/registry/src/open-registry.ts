import { DEFAULT_RETRY_POLICY } from "@tesela/core";
import { createAlerts } from "./alerts/alerts.ts";
import { createApiKeys } from "./api-keys.ts";
import { createAttempts } from "./attempts/attempts.ts";
import { createClock } from "./clock.ts";
import { createCoverage } from "./materialized/coverage.ts";
import { openDatabase } from "./database/database.ts";
import { migrate } from "./database/migrate.ts";
import { createNotifications } from "./database/notifications.ts";
import { statement } from "./database/statement.ts";
import { createDeletions } from "./deletions/deletions.ts";
import { createDefinitions } from "./definitions/definitions.ts";
import { createHousekeeping } from "./housekeeping/housekeeping.ts";
import { createJobs } from "./jobs/jobs.ts";
import { createLedger } from "./ledger/ledger.ts";
import { createParts } from "./parts/parts.ts";
import { createPlans } from "./plans.ts";
import { createRecovery } from "./recovery/recovery.ts";
import { createSchedule } from "./schedule/schedule.ts";
import { createSessions } from "./sessions/sessions.ts";
import { createStreams } from "./streams/streams.ts";
import { createTasks } from "./tasks/tasks.ts";
import { DEFAULT_JOB_LIMITS, type Registry, type RegistryOptions } from "./types.ts";
import { createWorkers } from "./workers.ts";
import { createWorkspaces } from "./workspaces.ts";

const POOL_SIZE = 10;

/**
 * Brings the database up to date and opens the registry. Throws `UNAVAILABLE` when the database does not
 * answer, `MISCONFIGURED` when its migrations have failed or are not those of this release.
 */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const { databaseUrl, systemClock = () => new Date(), poolSize = POOL_SIZE } = options;
  const retryPolicy = { ...DEFAULT_RETRY_POLICY, ...options.retryPolicy };
  const settings = { retryPolicy, limits: { ...DEFAULT_JOB_LIMITS, ...options.jobLimits } };
  await migrate(databaseUrl);
  const database = openDatabase(databaseUrl, poolSize);
  const notifications = createNotifications(databaseUrl);
  const clock = createClock(database, systemClock);
  return {
    workspaces: createWorkspaces(database),
    definitions: createDefinitions(database),
    plans: createPlans(database),
    jobs: createJobs(database, notifications),
    attempts: createAttempts(database, clock, notifications, settings),
    parts: createParts(database),
    ledger: createLedger(database),
    housekeeping: createHousekeeping(database, clock),
    deletions: createDeletions(database, clock),
    streams: createStreams(database),
    tasks: createTasks(database, notifications),
    recovery: createRecovery(database, settings),
    schedule: createSchedule(database),
    coverage: createCoverage(database),
    apiKeys: createApiKeys(database),
    sessions: createSessions(database),
    alerts: createAlerts(database),
    clock,
    workers: createWorkers(database),
    ping: async () => void (await database.run(statement`select 1`)),
    stop: async () => {
      await notifications.stop();
      await database.close();
    },
  };
}
