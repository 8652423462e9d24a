import type { ClaimedAttempt } from "@tesela/registry";
import { holdLease, type Lease } from "../worker/lease.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import type { AttemptLog } from "./attempt-log.ts";

/**
 * The lease of an attempt: its heartbeats carry the log, and a request to cancel is heard as soon as it is made,
 * not only at the next heartbeat.
 */
export function holdAttemptLease(
  { registry, leaseMs }: WorkerContext,
  attempt: ClaimedAttempt,
  log: AttemptLog,
  stopping: AbortSignal,
): Lease {
  const { id, fence } = attempt;
  const lease = holdLease(
    async (progress) => {
      await log.flush();
      return registry.attempts.heartbeat(id, fence, { leaseMs, ...(progress === null ? {} : { progress }) });
    },
    leaseMs,
    stopping,
  );
  const over = new AbortController();
  registry.attempts
    .untilStopped(attempt, over.signal)
    .then(() => lease.confirm())
    .catch(() => undefined);
  return {
    ...lease,
    report: (progress) => {
      log.progress(progress);
      lease.report(progress);
    },
    stop: () => {
      over.abort();
      lease.stop();
    },
  };
}
