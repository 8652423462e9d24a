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
    serializers: { cause: pino.stdSerializers.err },
  };
  return pino(options, pino.destination({ fd: 2, sync: false }));
}
