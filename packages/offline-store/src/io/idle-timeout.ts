import { unavailable } from "../errors.ts";

/** How long a transfer may stand still, and what else stops it. */
export interface TransferLimits {
  readonly signal: AbortSignal;
  readonly idleTimeoutMs: number;
  /** For messages: `read "a/b.parquet"`. */
  readonly action: string;
}

/**
 * Runs a transfer that calls `beat` for each chunk. It rejects with the reason of `signal` when that aborts,
 * with `UNAVAILABLE` when no beat came for the idle time.
 */
export async function withIdleTimeout(
  { signal, idleTimeoutMs, action }: TransferLimits,
  run: (signal: AbortSignal, beat: () => void) => Promise<void>,
): Promise<void> {
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), idleTimeoutMs);
  try {
    signal.throwIfAborted();
    await run(AbortSignal.any([signal, idle.signal]), () => timer.refresh());
  } catch (error) {
    signal.throwIfAborted();
    if (idle.signal.aborted) throw unavailable(action, `no byte came for ${idleTimeoutMs} ms`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
