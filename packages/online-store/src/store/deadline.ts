import { TeselaError } from "@tesela/core";

import type { ReadOptions } from "./port.ts";
import { SharedTimer } from "./shared-timer.ts";

/** What bounds one operation; unlike in `ReadOptions` the time is always given. */
export interface Deadline extends ReadOptions {
  readonly timeoutMs: number;
}

/**
 * Settles as `work` does, or rejects with `TIMEOUT` or `CANCELLED` when the deadline comes first. The work itself
 * goes on; its late result or error is dropped.
 */
export function within<T>(work: Promise<T>, { signal, timeoutMs }: Deadline): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(cancelled(signal));
    const waiting = {
      expiresAt: performance.now() + timeoutMs,
      expire: () => reject(timedOut(timeoutMs)),
    };
    const end = (): void => {
      timer.remove(waiting);
      signal?.removeEventListener("abort", onAbort);
    };
    timer.add(waiting);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    work.then(
      (value) => {
        end();
        resolve(value);
      },
      (error: unknown) => {
        end();
        reject(error);
      },
    );
  });
}

const timer = new SharedTimer();

/** Throws `CANCELLED` if the signal has fired already. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal);
}

/** What an operation that was cancelled by its caller ends with. */
export function cancelled(signal: AbortSignal | undefined): TeselaError {
  return new TeselaError("CANCELLED", "The online store operation was cancelled by its caller.", {
    cause: signal?.reason,
  });
}

/** What an operation ends with that was not answered in time. */
export function timedOut(timeoutMs: number): TeselaError {
  return new TeselaError("TIMEOUT", `The online store did not answer within ${timeoutMs} ms.`);
}
