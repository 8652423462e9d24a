import type { ErrorCode } from "./error-code.ts";
import type { Problem } from "./problem.ts";

/** What may accompany an error: how to mend it, every single problem, machine-readable details, its cause. */
export interface ErrorExtras {
  readonly fix?: string;
  readonly problems?: readonly Problem[];
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The one error class. The message names the thing, what was found and what was expected; it is shown to
 * clients, so it never holds a secret. `cause` is for logs alone.
 */
export class TeselaError extends Error {
  readonly code: ErrorCode;
  readonly fix: string | null;
  readonly problems: readonly Problem[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = "TeselaError";
    this.code = code;
    this.fix = extras.fix ?? null;
    this.problems = extras.problems ?? [];
    this.details = extras.details ?? {};
  }
}

/** The error itself when it is ours, else `INTERNAL` with the unknown one as its cause. */
export function toTeselaError(error: unknown): TeselaError {
  if (error instanceof TeselaError) return error;
  return new TeselaError("INTERNAL", "Something went wrong inside the platform; its log has the cause.", {
    cause: error,
  });
}
