import { micros } from "@tesela/core";
import type { Database } from "../database/database.ts";
import { readJob } from "../jobs/read-job.ts";
import { pinGeneration } from "../snapshots/pin.ts";
import type { PlatformClock } from "../types/clock.ts";
import type { Housekeeping, HousekeepingPolicy } from "../types/housekeeping.ts";
import { mayClean, noteCleaned, takeTurn } from "./clean.ts";
import { currentFiles } from "./current-files.ts";
import { doomFiles } from "./doom.ts";
import { dueWork, lostViews } from "./due.ts";
import { finishAttempt, noteReport, readHousekeeping } from "./finish.ts";
import { swapMerged } from "./merge-files.ts";
import type { Retention } from "./needed.ts";
import { noteLoss, onlineStates } from "./online-states.ts";
import { planWork } from "./plan.ts";
import { planMerges } from "./plan-merges.ts";
import { forgetFiles, orphanedFiles, removableFiles } from "./removable.ts";
import { requestHousekeeping } from "./request.ts";

/** Housekeeping in Postgres; snapshots expire by the platform clock, all else by the database's. */
export function createHousekeeping(database: Database, clock: PlatformClock): Housekeeping {
  const retentionOf = async ({ snapshotRetentionMs }: HousekeepingPolicy): Promise<Retention> => {
    const horizon = micros((await clock.now()) - BigInt(Math.round(snapshotRetentionMs)) * 1000n);
    return { horizon, retentionMs: snapshotRetentionMs };
  };
  return {
    pin: (taskId, generationId) => pinGeneration(database, taskId, generationId),
    plan: async (filter, policy) =>
      planWork(database, filter, { policy, retention: await retentionOf(policy) }),
    due: async (policy, intervals) =>
      dueWork(database, { policy, retention: await retentionOf(policy) }, intervals),
    lost: (intervals) => lostViews(database, intervals),
    async request(target, policy, by) {
      const jobId = await database.transaction((tx) => requestHousekeeping(tx, target, policy, by));
      return readJob(database, jobId);
    },
    policyOf: async (jobId) => (await readHousekeeping(database, jobId)).policy,
    reportOf: async (jobId) => (await readHousekeeping(database, jobId)).report,
    merges: async (generationId, policy) => planMerges(await currentFiles(database, generationId), policy),
    mergeFiles: (attemptId, fence, merges) =>
      database.transaction((tx) => swapMerged(tx, attemptId, fence, merges)),
    async doom(attemptId, fence, policy) {
      const retention = await retentionOf(policy);
      return database.transaction((tx) => doomFiles(tx, attemptId, fence, retention));
    },
    removable: (generationId) => removableFiles(database, generationId),
    forget: (fileIds) => forgetFiles(database, fileIds),
    orphans: (found) => orphanedFiles(database, found),
    mayClean: (attemptId, fence, policy) =>
      database.transaction((tx) => mayClean(tx, attemptId, fence, policy)),
    noteCleaned: (generationId) => noteCleaned(database, generationId),
    onlineStates: () => onlineStates(database),
    noteLoss: (state) => noteLoss(database, state),
    async finish(attemptId, fence, report) {
      const jobId = await database.transaction((tx) => finishAttempt(tx, attemptId, fence, report));
      return readJob(database, jobId);
    },
    note: (jobId, report) => noteReport(database, jobId, report),
    takeTurn: (name, intervalMs) => takeTurn(database, name, intervalMs),
  };
}
