import { isRetryable, TeselaError } from "@tesela/core";

/** How often a read that may succeed later is tried, and how long to wait in between (doubling). */
export interface RetryOptions {
  readonly attempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/** For one read: three attempts within about half a second. */
export const READ_RETRY: RetryOptions = { attempts: 3, baseDelayMs: 100, maxDelayMs: 2_000 };

/** For long waits, which should outlive a restart of the server: about a minute. */
export const WAIT_RETRY: RetryOptions = { attempts: 14, baseDelayMs: 100, maxDelayMs: 10_000 };

/** Runs an idempotent read, again after errors that may pass; the last error is thrown. */
export async function withRetry<T>(
  read: () => Promise<T>,
  options: RetryOptions,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof TeselaError) || !isRetryable[error.code] || attempt >= options.attempts)
        throw error;
    }
    await pause(delayOf(attempt, options), signal);
  }
}

/** Between half and the whole of its step, so that many clients do not come back at once. */
function delayOf(attempt: number, { baseDelayMs, maxDelayMs }: RetryOptions): number {
  return Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal?.aborted === true) return resolve();
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done, { once: true });
  });
  if (signal?.aborted === true) throw cancelled(signal);
}

/** The error of a call whose signal was aborted. */
export function cancelled(signal: AbortSignal): TeselaError {
  return new TeselaError("CANCELLED", "The call was aborted.", { cause: signal.reason });
}
