import { toTeselaError } from "@tesela/core";
import type { QueueMessage } from "@tesela/registry";
import { openView } from "../../source/view-source.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { compileAttempt } from "../compiled-attempt.ts";
import { takeParts } from "./take-parts.ts";

/**
 * Helps another worker with the parts of its attempt. A call that comes when the attempt has ended, or when
 * this worker has the attempt itself, asks for nothing; such a call is held until the attempt has ended, for the
 * next one to reach another worker.
 */
export async function helpWithParts(
  context: WorkerContext,
  { id, fence }: QueueMessage,
  stopping: AbortSignal,
): Promise<void> {
  const { engine, registry, sourceRoots: roots, sourceLimits: limits, logger } = context;
  const own = context.attempts.get(id);
  if (own !== undefined) return own;
  const attempt = await registry.parts.attempt(id, fence);
  if (attempt === null) return;
  try {
    const view = compileAttempt(attempt);
    const opened = await openView({ engine, roots, limits }, view, { signal: stopping });
    await takeParts(context, { attempt, view, opened }, stopping);
  } catch (thrown) {
    const error = toTeselaError(thrown);
    logger.warn({ attempt: id, code: error.code, cause: error.cause }, `gave a part back: ${error.message}`);
  }
}
