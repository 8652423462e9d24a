import type { Database } from "../database/database.ts";
import type { Notifications } from "../database/notifications.ts";
import type { Jobs } from "../types/job.ts";
import { cancelJob } from "./cancel.ts";
import { readJob } from "./read-job.ts";
import { insertIngest, isInputNeeded } from "./ingest.ts";
import { jobMaker } from "./job-maker.ts";
import { listJobs } from "./list.ts";
import { readLogs } from "./logs.ts";
import { retryJob } from "./retry.ts";

/** Jobs in Postgres. */
export function createJobs(database: Database, notifications: Notifications): Jobs {
  const { prisma } = database;
  const make = jobMaker(database);
  return {
    async trigger(command) {
      const jobId = await make(command);
      return readJob(database, jobId);
    },
    async ingest(command) {
      const jobId = await database.transaction((tx) => insertIngest(tx, command));
      return readJob(database, jobId);
    },
    isInputNeeded: (path) => isInputNeeded(database, path),
    get: (workspaceId, jobId) => readJob(database, jobId, workspaceId),
    list: (workspaceId, filter) => listJobs(prisma, workspaceId, filter),
    async cancel(workspaceId, jobId) {
      await database.transaction((tx) => cancelJob(tx, workspaceId, jobId));
      return readJob(database, jobId, workspaceId);
    },
    async retry(workspaceId, jobId) {
      await database.transaction((tx) => retryJob(tx, workspaceId, jobId));
      return readJob(database, jobId, workspaceId);
    },
    async logs(workspaceId, jobId, attempt) {
      await readJob(database, jobId, workspaceId);
      return readLogs(database, jobId, attempt ?? null);
    },
    waitForChange: (jobId, since, timeoutMs, signal) =>
      notifications.waitFor(
        jobId,
        () => readJob(database, jobId),
        (job) => job.updatedAt.getTime() !== since.getTime(),
        { timeoutMs, signal },
      ),
  };
}
