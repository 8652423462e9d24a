import type { Database } from "../database/database.ts";
import { nextIngest } from "../jobs/ingest.ts";
import { readJob } from "../jobs/job-row.ts";
import type { Attempts } from "../types/attempt.ts";
import type { PlatformClock } from "../types/clock.ts";
import { claimAttempt } from "./claim.ts";
import { commitFiles } from "./commit-files.ts";
import { endAttempt } from "./end-attempt.ts";
import { lockHeldAttempt } from "./held-attempt.ts";
import { beat } from "./heartbeat.ts";
import { completePush, isPushTurn } from "./push.ts";

/** Attempts in Postgres; commit times are the platform clock's. */
export function createAttempts(database: Database, clock: PlatformClock): Attempts {
  const { prisma } = database;
  return {
    claim: (attemptId, fence, workerId, leaseMs) =>
      database.transaction((tx) => claimAttempt(tx, { attemptId, fence, workerId, leaseMs })),
    nextIngest: (generationId) => nextIngest(database, generationId),
    heartbeat: (attemptId, fence, heartbeat) => beat(database, attemptId, fence, heartbeat),
    async commitFiles(attemptId, fence, commit) {
      const now = await clock.now();
      return database.transaction((tx) => commitFiles(tx, attemptId, fence, commit, now));
    },
    pushTurn: (attemptId, fence) => database.transaction((tx) => isPushTurn(tx, attemptId, fence)),
    async completePush(attemptId, fence, result) {
      const jobId = await database.transaction((tx) => completePush(tx, attemptId, fence, result));
      return readJob(prisma, jobId);
    },
    async fail(attemptId, fence, failure) {
      const jobId = await database.transaction(async (tx) => {
        const attempt = await lockHeldAttempt(tx, attemptId, fence);
        await endAttempt(tx, attempt, { kind: "failed", failure });
        return attempt.job.id;
      });
      return readJob(prisma, jobId);
    },
  };
}
