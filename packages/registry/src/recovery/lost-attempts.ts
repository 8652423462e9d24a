import type { RetryPolicy } from "@tesela/core";
import { endAttempt } from "../attempts/end-attempt.ts";
import { lockAttempt } from "../attempts/held-attempt.ts";
import type { Database, Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { insertNextAttempts } from "../jobs/next-attempt.ts";
import type { Failure } from "../types/job.ts";
import { BATCH } from "./batch.ts";

const LOST: Failure = {
  code: "ENGINE_CRASHED",
  message: "The worker was not heard of before its lease ended.",
};

/** Ends attempts whose lease is over, each in a transaction of its own. */
export async function loseAttempts(database: Database, policy: RetryPolicy): Promise<number> {
  const over = await database.rows<{ id: string }>(statement`
    select id
    from attempt
    where state = 'RUNNING' and lease_until < clock_timestamp()
    order by lease_until
    limit ${BATCH}`);
  let lost = 0;
  for (const { id } of over) if (await database.transaction((tx) => loseAttempt(tx, id, policy))) lost++;
  return lost;
}

/** A heartbeat or another dispatcher may have come first. */
async function loseAttempt(tx: Queries, attemptId: string, policy: RetryPolicy): Promise<boolean> {
  const attempt = await lockAttempt(tx, attemptId);
  if (attempt === null || !(await isOver(tx, attemptId))) return false;
  await endAttempt(tx, attempt, { kind: "lost", failure: LOST }, policy);
  return true;
}

async function isOver(tx: Queries, attemptId: string): Promise<boolean> {
  const row = await tx.first(statement`
    select 1
    from attempt
    where id = ${attemptId} and state = 'RUNNING' and lease_until < clock_timestamp()
    for no key update`);
  return row !== null;
}

/** Makes the next attempt of each job whose retry is due; gives how many. */
export function queueRetries(database: Database): Promise<number> {
  return database.transaction(async (tx) => {
    const jobs = await tx.rows<{ id: string }>(statement`
      select id
      from job
      where retry_at <= clock_timestamp() and state = 'RUNNING'
      order by retry_at
      limit ${BATCH}
      for no key update skip locked`);
    const ids = jobs.map((job) => job.id);
    if (ids.length === 0) return 0;
    await tx.run(statement`update job set retry_at = null, phase = 'queued' where id = any(${ids})`);
    return insertNextAttempts(tx, ids);
  });
}
