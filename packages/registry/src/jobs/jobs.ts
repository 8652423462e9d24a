import { isFinal } from "@tesela/core";
import type { Database } from "../database/database.ts";
import type { Notifications } from "../database/notifications.ts";
import type { Job, Jobs } from "../types/job.ts";
import { cancelJob } from "./cancel.ts";
import { readJob } from "./read-job.ts";
import { insertIngest, isInputNeeded } from "./ingest.ts";
import { jobMaker } from "./job-maker.ts";
import { listJobs } from "./list.ts";
import { readLogs } from "./logs.ts";
import { retryJob } from "./retry.ts";

/** Jobs in Postgres. */
export function createJobs(database: Database, notifications: Notifications): Jobs {
  const make = jobMaker(database);
  return {
    trigger: make,
    async ingest(command) {
      const jobId = await database.transaction((tx) => insertIngest(tx, command));
      return readJob(database, jobId);
    },
    isInputNeeded: (path) => isInputNeeded(database, path),
    get: (workspaceId, jobId) => readJob(database, jobId, workspaceId),
    list: (workspaceId, filter) => listJobs(database.prisma, workspaceId, filter),
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
    waitForChange(jobId, { since, timeoutMs, workspaceId, signal }) {
      let known = since?.getTime();
      const read = () => readJob(database, jobId, workspaceId);
      const isOther = ({ state, updatedAt }: Job): boolean => {
        known ??= updatedAt.getTime();
        return isFinal(state) || updatedAt.getTime() !== known;
      };
      return notifications.waitFor(jobId, read, isOther, { timeoutMs, signal });
    },
  };
}
