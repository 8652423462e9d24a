import type { Database } from "../database/database.ts";
import type { Notifications } from "../database/notifications.ts";
import type { Jobs } from "../types/job.ts";
import { cancelJob } from "./cancel.ts";
import { readJob } from "./job-row.ts";
import { insertIngest, isInputNeeded } from "./ingest.ts";
import { listJobs } from "./list.ts";
import { readLogs } from "./logs.ts";
import { retryJob } from "./retry.ts";
import { insertJob } from "./trigger.ts";

/** Jobs in Postgres. */
export function createJobs(database: Database, notifications: Notifications): Jobs {
  const { prisma } = database;
  return {
    async trigger(command) {
      const jobId = await database.transaction((tx) => insertJob(tx, command));
      return readJob(prisma, jobId);
    },
    async ingest(command) {
      const jobId = await database.transaction((tx) => insertIngest(tx, command));
      return readJob(prisma, jobId);
    },
    isInputNeeded: (path) => isInputNeeded(database, path),
    get: (workspaceId, jobId) => readJob(prisma, jobId, workspaceId),
    list: (workspaceId, filter) => listJobs(prisma, workspaceId, filter),
    async cancel(workspaceId, jobId) {
      await database.transaction((tx) => cancelJob(tx, workspaceId, jobId));
      return readJob(prisma, jobId, workspaceId);
    },
    async retry(workspaceId, jobId) {
      await database.transaction((tx) => retryJob(tx, workspaceId, jobId));
      return readJob(prisma, jobId, workspaceId);
    },
    async logs(workspaceId, jobId, attempt) {
      await readJob(prisma, jobId, workspaceId);
      return readLogs(database, jobId, attempt ?? null);
    },
    waitForChange: (jobId, since, timeoutMs, signal) =>
      notifications.waitFor(
        jobId,
        () => readJob(prisma, jobId),
        (job) => job.updatedAt.getTime() !== since.getTime(),
        { timeoutMs, signal },
      ),
  };
}
