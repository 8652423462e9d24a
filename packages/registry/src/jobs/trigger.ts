import { TeselaError } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { freeOf, refuseOverlap } from "../ledger/overlap.ts";
import type { TriggerCommand } from "../types/job.ts";
import { insertNewJob } from "./new-job.ts";

/**
 * Makes the jobs of commands under the lock of their generation, as they are given; the id of each, or why it is
 * refused: a refusal has written nothing.
 */
export async function insertJobs(
  tx: Queries,
  commands: readonly TriggerCommand[],
): Promise<readonly (string | TeselaError)[]> {
  const made = await Promise.all(commands.map((command) => insertNewJob(tx, command, freeOf(command))));
  const outcomes: (string | TeselaError)[] = [];
  for (const [index, command] of commands.entries()) {
    outcomes.push(made[index]?.jobId ?? (await insertOrRefuse(tx, command).catch(refusalOrThrow)));
  }
  return outcomes;
}

/** What stood in the way may have ended meanwhile: that needs no lock of the generation. */
async function insertOrRefuse(tx: Queries, command: TriggerCommand): Promise<string> {
  await refuseOverlap(tx, command);
  return (await insertNewJob(tx, command))!.jobId;
}

function refusalOrThrow(error: unknown): TeselaError {
  if (error instanceof TeselaError && (error.code === "CONFLICT" || error.code === "VALIDATION"))
    return error;
  throw error;
}

/** The error for a view whose generation has ended. */
export function retired(view: string): TeselaError {
  return new TeselaError("CONFLICT", `View "${view}" was recreated or deleted meanwhile.`, {
    fix: "Look at the view as it is now, then trigger again.",
  });
}
