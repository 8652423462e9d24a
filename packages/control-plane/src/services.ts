import type { OfflineStore } from "@tesela/offline-store";
import type { Dispatcher, JobQueue, Registry } from "@tesela/registry";
import type { Logger } from "pino";
import type { Limits } from "./limits.ts";
import type { Metrics } from "./operations/metrics.ts";

/** What every part of the control plane works with. */
export interface Services {
  readonly registry: Registry;
  readonly dispatcher: Pick<Dispatcher, "dispatchAttempt" | "dispatchTask">;
  readonly queue: Pick<JobQueue, "ping">;
  readonly offlineStore: OfflineStore;
  readonly logger: Logger;
  readonly limits: Limits;
  readonly version: string;
  readonly metrics: Metrics;
}
