import { TeselaError } from "@tesela/core";
import type { Database, Queries } from "../database/database.ts";
import { lockGeneration } from "../ledger/lock-generation.ts";
import type { TriggerCommand } from "../types/job.ts";
import { insertJob, retired } from "./trigger.ts";

/** How many jobs are made in one transaction at most. */
const MOST_TOGETHER = 100;

/** A command whose job is to be made. */
interface Waiting {
  readonly command: TriggerCommand;
  readonly made: PromiseWithResolvers<string>;
}

/**
 * Makes jobs and gives their ids. Commands of one generation take turns on its lock: those that come while others are
 * made wait here, not in a connection each, and are then made in one transaction, each refused for itself.
 */
export function jobMaker(database: Database): (command: TriggerCommand) => Promise<string> {
  const queues = new Map<number, Waiting[]>();
  const work = async (generationId: number, queue: Waiting[]): Promise<void> => {
    while (queue.length > 0) await makeTogether(database, queue.splice(0, MOST_TOGETHER));
    queues.delete(generationId);
  };
  return (command) => {
    const { generationId } = command;
    const one: Waiting = { command, made: Promise.withResolvers() };
    const queue = queues.get(generationId) ?? [];
    queue.push(one);
    if (!queues.has(generationId)) {
      queues.set(generationId, queue);
      void work(generationId, queue);
    }
    return one.made.promise;
  };
}

/** Settles every command; where one of them is more than the database takes, each is tried for itself. */
async function makeTogether(database: Database, waiting: readonly Waiting[]): Promise<void> {
  const commands = waiting.map(({ command }) => command);
  try {
    const outcomes = await database.transaction((tx) => insertAll(tx, commands));
    waiting.forEach(({ made }, index) => {
      const outcome = outcomes[index]!;
      if (outcome instanceof TeselaError) made.reject(outcome);
      else made.resolve(outcome);
    });
  } catch (error) {
    if (waiting.length === 1 || error instanceof TeselaError)
      waiting.forEach(({ made }) => made.reject(error));
    else for (const one of waiting) await makeTogether(database, [one]);
  }
}

/** The id of each job, or why it is refused: a refusal has written nothing. */
async function insertAll(
  tx: Queries,
  commands: readonly TriggerCommand[],
): Promise<readonly (string | TeselaError)[]> {
  const { generationId, view } = commands[0]!;
  if ((await lockGeneration(tx, generationId)).isRetired) throw retired(view);
  const outcomes: (string | TeselaError)[] = [];
  for (const command of commands) {
    outcomes.push(await insertJob(tx, command).catch(refusalOrThrow));
  }
  return outcomes;
}

function refusalOrThrow(error: unknown): TeselaError {
  if (error instanceof TeselaError && (error.code === "CONFLICT" || error.code === "VALIDATION"))
    return error;
  throw error;
}
