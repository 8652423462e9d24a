import { dueJobs, type DueJob } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { lockGeneration } from "../ledger/lock-generation.ts";
import { insertNewJob } from "../jobs/new-job.ts";
import type { AttemptRef } from "../types/job.ts";
import type { ScheduledTurn } from "../types/schedule.ts";
import { readLedgerRanges } from "./ledger-ranges.ts";

/** Who asks for the jobs of the schedule. */
const SCHEDULER = "scheduler";

/** Makes what is due of a view under its lock; locks come in the order workspace, generation. */
export async function takeTurn(tx: Queries, turn: ScheduledTurn): Promise<AttemptRef[]> {
  if (!(await isCurrent(tx, turn))) return [];
  const { isRetired } = await lockGeneration(tx, turn.generationId);
  if (isRetired) return [];
  const jobs = dueJobs(turn.view, turn.now, await readLedgerRanges(tx, turn.generationId));
  const made = await Promise.all(jobs.map((job) => insertDueJob(tx, turn, job)));
  await tx.run(statement`delete from schedule_error where generation_id = ${turn.generationId}`);
  return made;
}

/** Whether the view is still as the turn has it; until the end of the transaction nothing is applied. */
async function isCurrent(tx: Queries, { workspaceId, revision }: ScheduledTurn): Promise<boolean> {
  const row = await tx.first(statement`
    select 1
    from workspace
    where id = ${workspaceId} and revision = ${revision}
    for share`);
  return row !== null;
}

async function insertDueJob(tx: Queries, turn: ScheduledTurn, job: DueJob): Promise<AttemptRef> {
  const { workspaceId, generationId, viewName: view } = turn;
  const asked = { overwrite: false, useManagedRetries: true, requestedBy: SCHEDULER };
  const made = await insertNewJob(tx, { workspaceId, generationId, view, ...asked, ...job });
  const { id, fence } = made!;
  return { id, fence };
}
