/** What the control plane allows; milliseconds and bytes. */
export interface Limits {
  /** Largest spine. */
  readonly uploadBytes: number;
  /** Largest JSON body. */
  readonly bodyBytes: number;
  /** How long a plan may be applied. */
  readonly planTtlMs: number;
  /** How long an uploaded spine may be used. */
  readonly spineTtlMs: number;
  /** How long the result of a historical read is kept. */
  readonly retrievalTtlMs: number;
  /** How long a plan waits for the check of its transformations, and how much longer for each of them. */
  readonly checkTimeoutMs: number;
  readonly checkTimeoutPerViewMs: number;
  /** However many there are. */
  readonly longestCheckMs: number;
  /** How long a stop waits for requests in flight. */
  readonly shutdownMs: number;
  /** How often what has expired is removed. */
  readonly cleanUpIntervalMs: number;
  /** Refused keys from one address before it has to wait. */
  readonly authenticationFailuresPerMinute: number;
}

const HOUR = 3_600_000;

/** The limits that hold unless others are given. */
export const DEFAULT_LIMITS: Limits = {
  uploadBytes: 2 * 1024 ** 3,
  bodyBytes: 20 * 1024 ** 2,
  planTtlMs: HOUR,
  spineTtlMs: 24 * HOUR,
  retrievalTtlMs: 24 * HOUR,
  checkTimeoutMs: 20_000,
  checkTimeoutPerViewMs: 500,
  longestCheckMs: 110_000,
  shutdownMs: 10_000,
  cleanUpIntervalMs: 10 * 60_000,
  authenticationFailuresPerMinute: 60,
};
