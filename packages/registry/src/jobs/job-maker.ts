import { TeselaError } from "@tesela/core";
import type { Database, Queries } from "../database/database.ts";
import { lockGeneration } from "../ledger/lock-generation.ts";
import type { Job, TriggerCommand } from "../types/job.ts";
import { readJobs } from "./read-job.ts";
import { insertJobs, retired } from "./trigger.ts";

/** How many jobs are made in one transaction at most. */
const MOST_TOGETHER = 100;

/** A command whose job is to be made. */
interface Waiting {
  readonly command: TriggerCommand;
  readonly made: PromiseWithResolvers<Job>;
}

/**
 * Makes jobs. Commands of one generation take turns on its lock: those that come while others are
 * made wait here, not in a connection each, and are then made in one transaction, each refused for itself.
 */
export function jobMaker(database: Database): (command: TriggerCommand) => Promise<Job> {
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
    await settle(database, waiting, outcomes);
  } catch (error) {
    if (waiting.length === 1 || error instanceof TeselaError)
      waiting.forEach(({ made }) => made.reject(error));
    else for (const one of waiting) await makeTogether(database, [one]);
  }
}

/** What is made is made, also where it cannot be read. */
async function settle(
  database: Database,
  waiting: readonly Waiting[],
  outcomes: readonly (string | TeselaError)[],
): Promise<void> {
  const ids = outcomes.filter((outcome) => typeof outcome === "string");
  const reading = readJobs(database, ids);
  const settling = waiting.map(async ({ made }, index) => {
    const outcome = outcomes[index]!;
    if (outcome instanceof TeselaError) made.reject(outcome);
    else await reading.then((jobs) => made.resolve(jobs.get(outcome)!), made.reject);
  });
  await Promise.all(settling);
}

/** The id of each job, or why it is refused. */
async function insertAll(
  tx: Queries,
  commands: readonly TriggerCommand[],
): Promise<readonly (string | TeselaError)[]> {
  const { generationId, view } = commands[0]!;
  if ((await lockGeneration(tx, generationId)).isRetired) throw retired(view);
  return insertJobs(tx, commands);
}
