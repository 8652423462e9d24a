import { isRetryable, type ErrorCode } from "../errors/error-code.ts";

/** Why an attempt ended without success. */
export type AttemptEnd = { readonly kind: "lost" } | { readonly kind: "failed"; readonly code: ErrorCode };

/** What is known of a job when an attempt ends. */
export interface RetryHistory {
  /** Attempts so far, the ended one included. */
  readonly attempts: number;
  /** Of these, how many workers were lost. */
  readonly losses: number;
  readonly useManagedRetries: boolean;
}

/** Base delay and bounds of managed retries. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly immediateLosses: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/** At most ten attempts; a lost worker is retried at once three times, all else after 5 min doubling to 6 h. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxAttempts: 10,
  immediateLosses: 3,
  baseDelayMs: 5 * 60_000,
  maxDelayMs: 6 * 3_600_000,
};

/** What follows: another attempt after a delay in milliseconds, or the end. */
export type RetryDecision = { readonly kind: "retry"; readonly delayMs: number } | { readonly kind: "final" };

/**
 * Whether and when a job is tried again. `jitter` in [0, 1) spreads the delays: a delay is between half
 * and the whole of its step. Errors of input and data are never retried.
 */
export function decideRetry(
  end: AttemptEnd,
  history: RetryHistory,
  jitter: number,
  policy: RetryPolicy = DEFAULT_RETRY_POLICY,
): RetryDecision {
  if (!history.useManagedRetries || history.attempts >= policy.maxAttempts) return { kind: "final" };
  if (end.kind === "failed" && !isRetryable[end.code]) return { kind: "final" };
  if (end.kind === "lost" && history.losses <= policy.immediateLosses) return { kind: "retry", delayMs: 0 };
  const step = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (history.attempts - 1));
  return { kind: "retry", delayMs: Math.round(step * (0.5 + jitter / 2)) };
}
