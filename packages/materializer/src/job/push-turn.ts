import { setTimeout } from "node:timers/promises";
import { TeselaError } from "@tesela/core";
import type { AttemptRef, ClaimedAttempt } from "@tesela/registry";
import type { SessionOptions } from "../engine/session.ts";
import type { Lease } from "../worker/lease.ts";
import type { WorkerContext } from "../worker/worker-context.ts";

const TURN_POLL_MS = 50;
/** The earlier push may itself wait for a worker to be tried again: this one must not hold the last. */
const LONGEST_WAIT_MS = 60_000;
const TEMP_BYTES = 20 * 1024 ** 3;

/**
 * Pushes of a view go in commit order. An earlier one whose worker was lost is repeated here rather than waited for:
 * the worker that it waits for could be this one. Throws `UNAVAILABLE`, to be tried again, when the turn does not come.
 */
export async function waitForTurn(
  { registry }: WorkerContext,
  attempt: ClaimedAttempt,
  lease: Lease,
  repeat: (earlier: AttemptRef) => Promise<void>,
): Promise<void> {
  const { attempts } = registry;
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while (!(await attempts.pushTurn(attempt.id, attempt.fence))) {
    if (performance.now() > deadline) throw outOfTurn(attempt);
    const earlier = await attempts.unheldPush(attempt.id, attempt.fence);
    if (earlier !== null) await repeat(earlier);
    await setTimeout(TURN_POLL_MS, undefined, { signal: lease.signal });
  }
}

function outOfTurn({ viewName }: ClaimedAttempt): TeselaError {
  return new TeselaError("UNAVAILABLE", `An earlier commit of view "${viewName}" has not been pushed yet.`, {
    fix: "Nothing is lost: it is pushed when the earlier one is.",
  });
}

/** How a push reads files of the offline store: our own, streamed in the worker's process. */
export function pushSessionOf(
  { memoryBytes, tempRoot }: WorkerContext,
  files: readonly string[],
): SessionOptions {
  return {
    files,
    memoryBytes,
    tempBytes: TEMP_BYTES,
    threads: 1,
    tempDirectory: tempRoot,
    preserveInsertionOrder: true,
  };
}
