import type { RetryPolicy } from "@tesela/core";
import type { Database } from "../database/database.ts";
import type { Notifications } from "../database/notifications.ts";
import { nextIngest } from "../jobs/ingest.ts";
import { readJob } from "../jobs/read-job.ts";
import type { JobLimits } from "../types.ts";
import type { Attempts } from "../types/attempt.ts";
import type { PlatformClock } from "../types/clock.ts";
import { claimAttempt } from "./claim.ts";
import { commitFiles } from "./commit-files.ts";
import { endAttempt } from "./end-attempt.ts";
import { lockHeldAttempt } from "./held-attempt.ts";
import { beat } from "./heartbeat.ts";
import { writeLog } from "./log.ts";
import { completePush, isPushTurn, unheldPush } from "./push.ts";
import { untilStopped } from "./until-stopped.ts";

/** Attempts in Postgres; commit times are the platform clock's. */
export function createAttempts(
  database: Database,
  clock: PlatformClock,
  notifications: Notifications,
  { limits, retryPolicy }: { readonly limits: JobLimits; readonly retryPolicy: RetryPolicy },
): Attempts {
  return {
    claim: (attemptId, fence, workerId, leaseMs) =>
      database.transaction((tx) => claimAttempt(tx, { attemptId, fence, workerId, leaseMs, limits })),
    nextIngest: (generationId) => nextIngest(database, generationId),
    heartbeat: (attemptId, fence, heartbeat) => beat(database, attemptId, fence, heartbeat),
    untilStopped: (attempt, signal) => untilStopped(database, notifications, attempt, signal),
    log: (attemptId, lines) => writeLog(database, attemptId, lines),
    async commitFiles(attemptId, fence, commit) {
      const now = await clock.now();
      return database.transaction((tx) => commitFiles(tx, attemptId, fence, commit, now));
    },
    pushTurn: (attemptId, fence) => database.transaction((tx) => isPushTurn(tx, attemptId, fence)),
    unheldPush: (attemptId, fence) => database.transaction((tx) => unheldPush(tx, attemptId, fence)),
    async completePush(attemptId, fence, result) {
      const jobId = await database.transaction((tx) => completePush(tx, attemptId, fence, result));
      return readJob(database, jobId);
    },
    async fail(attemptId, fence, failure) {
      const jobId = await database.transaction(async (tx) => {
        const attempt = await lockHeldAttempt(tx, attemptId, fence);
        await endAttempt(tx, attempt, { kind: "failed", failure }, retryPolicy);
        return attempt.job.id;
      });
      return readJob(database, jobId);
    },
  };
}
