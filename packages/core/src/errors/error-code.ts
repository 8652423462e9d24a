/** HTTP status of every error code: the closed list of what can go wrong. */
export const httpStatusOf = {
  VALIDATION: 400,
  INVALID_SQL: 400,
  SQL_NOT_ALLOWED: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PLAN_STALE: 409,
  DESTRUCTIVE: 409,
  NOT_MATERIALIZED: 409,
  CANCELLED: 409,
  FENCED: 409,
  EXPIRED: 410,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  SOURCE_MISSING: 422,
  SOURCE_INVALID: 422,
  VALUE_ERROR: 422,
  LIMIT_EXCEEDED: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  MISCONFIGURED: 500,
  ENGINE_CRASHED: 500,
  FILE_MISSING: 500,
  JOB_FAILED: 500,
  UNAVAILABLE: 503,
  NO_WORKER: 503,
  TIMEOUT: 504,
} as const satisfies Record<string, number>;

/** One of the closed list of error codes; stable, machine readable. */
export type ErrorCode = keyof typeof httpStatusOf;

/** Whether doing the same again may succeed without a change of input. */
export const isRetryable: Readonly<Record<ErrorCode, boolean>> = {
  VALIDATION: false,
  INVALID_SQL: false,
  SQL_NOT_ALLOWED: false,
  UNAUTHENTICATED: false,
  FORBIDDEN: false,
  NOT_FOUND: false,
  CONFLICT: false,
  PLAN_STALE: false,
  DESTRUCTIVE: false,
  NOT_MATERIALIZED: false,
  CANCELLED: false,
  FENCED: false,
  EXPIRED: false,
  TOO_LARGE: false,
  UNSUPPORTED_MEDIA_TYPE: false,
  SOURCE_MISSING: false,
  SOURCE_INVALID: false,
  VALUE_ERROR: false,
  LIMIT_EXCEEDED: false,
  RATE_LIMITED: true,
  INTERNAL: true,
  MISCONFIGURED: false,
  ENGINE_CRASHED: true,
  FILE_MISSING: false,
  JOB_FAILED: false,
  UNAVAILABLE: true,
  NO_WORKER: true,
  TIMEOUT: true,
};

/** Narrows any text to an error code. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === "string" && Object.hasOwn(httpStatusOf, text);
}
