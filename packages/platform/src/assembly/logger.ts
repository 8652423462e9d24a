import pino from "pino";
import type { Logger } from "pino";
import type { LogLevel } from "../config/config.ts";

/** Hides what must never be written down, wherever a log line carries it. */
const secrets = ["password", "secret", "apiKey", "*.password", "*.secret", "*.apiKey", "*.authorization"];

/** The log of a process: JSON lines on standard error, as standard output is for results. */
export function createLogger(level: LogLevel, process: string): Logger {
  const options = {
    level,
    base: { process },
    redact: secrets,
    serializers: { cause: printCause },
  };
  return pino(options, pino.destination({ fd: 2, sync: false }));
}

/** What a log says of an error: no other property of it, as those of a driver hold whole connections. */
interface LoggedError {
  readonly code?: unknown;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError;
}

/** What the log keeps of an error. */
export function printCause(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack, cause } = error;
  const code = "code" in error ? { code: error.code } : {};
  return { ...code, message, stack, ...(cause === undefined ? {} : { cause: printCause(cause) }) };
}
