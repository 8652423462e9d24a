import type { QueueMessage } from "@tesela/registry";
import { runAttempt } from "../job/run-attempt.ts";
import type { WorkerContext } from "./worker-context.ts";

/** How many attempts at most come to their end beside the one that is worked on. */
const MOST_ENDING = 8;

/**
 * Takes a message of an attempt, and returns when the worker has room for another one: jobs that compute wait for
 * each other, jobs that have nothing to compute end side by side. A message is done with then, the attempt has its
 * lease; `context.attempts` has all that have not ended.
 */
export function takeAttempts(
  context: WorkerContext,
): (message: QueueMessage, stopping: AbortSignal) => Promise<void> {
  const ending = new Set<Promise<void>>();
  return async (message, stopping) => {
    const room = Promise.withResolvers<void>();
    const run = runAttempt(context, message, stopping, room.resolve)
      .catch((cause: unknown) =>
        context.logger.warn({ cause, attempt: message.id }, "an attempt was not run"),
      )
      .finally(() => ending.delete(run));
    ending.add(run);
    await Promise.race([run, room.promise]);
    if (ending.size >= MOST_ENDING) await Promise.race(ending);
  };
}
