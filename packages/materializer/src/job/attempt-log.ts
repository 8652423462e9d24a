import type { ClaimedAttempt, LogLine, Progress } from "@tesela/registry";
import type { WorkerContext } from "../worker/worker-context.ts";

/** What a worker says of an attempt, for whoever asks about its job. */
export interface AttemptLog {
  info(message: string): void;
  error(message: string): void;
  /** Notes a new phase once. */
  progress(progress: Progress): void;
  /** Writes what has been said since. What cannot be written is lost: a log is worth no attempt. */
  flush(): Promise<void>;
}

/** A log that keeps its lines until they are flushed: with each heartbeat, and at the end. */
export function createAttemptLog(
  { registry, logger }: Pick<WorkerContext, "registry" | "logger">,
  { id }: ClaimedAttempt,
): AttemptLog {
  let lines: LogLine[] = [];
  let phase = "";
  const say = (level: LogLine["level"], message: string): void =>
    void lines.push({ at: new Date(), level, message });
  return {
    info: (message) => say("info", message),
    error: (message) => say("error", message),
    progress: (progress) => {
      if (progress.phase !== phase) say("info", progress.phase);
      phase = progress.phase;
    },
    async flush() {
      if (lines.length === 0) return;
      const written = lines;
      lines = [];
      await registry.attempts
        .log(id, written)
        .catch((cause: unknown) => logger.warn({ cause, attempt: id }, "the log was not written"));
    },
  };
}
