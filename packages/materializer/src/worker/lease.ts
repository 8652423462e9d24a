import { TeselaError } from "@tesela/core";
import type { Progress } from "@tesela/registry";

/** What a heartbeat was told. */
export type LeaseReply = "ok" | "cancel" | "fenced";

/** A lease that is kept alive while the work runs. */
export interface Lease {
  /** Aborts with `CANCELLED` or `FENCED` when the work must stop. */
  readonly signal: AbortSignal;
  /** What the next heartbeat tells, which then comes within a second. */
  report(progress: Progress): void;
  /** Heartbeats now, and throws when the work must stop: before anything that cannot be taken back. */
  confirm(): Promise<void>;
  stop(): void;
}

/** Whoever waits for a job sees its progress this often. */
const TELL_MS = 1_000;

/** Sends a heartbeat every quarter of the lease, and soon after a report; without an answer for a whole lease the work stops too. */
export function holdLease(
  beat: (progress: Progress | null) => Promise<LeaseReply>,
  leaseMs: number,
  outer: AbortSignal,
): Lease {
  const own = new AbortController();
  let progress: Progress | null = null;
  let heardAt = performance.now();
  let telling: NodeJS.Timeout | undefined;

  const once = async (): Promise<void> => {
    clearTimeout(telling);
    telling = undefined;
    const sentAt = performance.now();
    const reply = await beat(progress);
    heardAt = sentAt;
    if (reply !== "ok") own.abort(stopped(reply));
  };
  const tick = (): void => {
    if (performance.now() - heardAt >= leaseMs) own.abort(stopped("fenced"));
    else once().catch(() => undefined);
  };
  const timer = setInterval(tick, leaseMs / 4);
  const signal = AbortSignal.any([own.signal, outer]);
  return {
    signal,
    report(latest) {
      progress = latest;
      telling ??= setTimeout(tick, TELL_MS);
    },
    async confirm() {
      await once();
      signal.throwIfAborted();
    },
    stop() {
      clearInterval(timer);
      clearTimeout(telling);
    },
  };
}

function stopped(reply: "cancel" | "fenced"): TeselaError {
  return reply === "cancel"
    ? new TeselaError("CANCELLED", "The job was cancelled.")
    : new TeselaError("FENCED", "Another worker has taken over.");
}
