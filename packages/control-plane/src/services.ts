import type { OfflineStore } from "@tesela/offline-store";
import type { Dispatcher, JobQueue, Registry } from "@tesela/registry";
import type { Logger } from "pino";
import type { HideKeys } from "./deletions/hide-keys-port.ts";
import type { HousekeepingSettings } from "./housekeeping/settings.ts";
import type { Limits } from "./limits.ts";
import type { Metrics } from "./operations/metrics.ts";
import type { Scheduler } from "./schedule/scheduler.ts";

/** A feature server in the same process: its readiness and metrics are told with those of the control plane. */
export interface ServingPart {
  check(): Promise<void>;
  printMetrics(): Promise<string>;
}

/** What every part of the control plane works with. */
export interface Services {
  readonly registry: Registry;
  readonly dispatcher: Pick<Dispatcher, "dispatch" | "dispatchAttempt" | "dispatchTask">;
  /** `null` where this platform makes no jobs by itself. */
  readonly scheduler: Pick<Scheduler, "look"> | null;
  readonly queue: Pick<JobQueue, "ping">;
  readonly offlineStore: OfflineStore;
  readonly logger: Logger;
  readonly limits: Limits;
  readonly housekeeping: HousekeepingSettings;
  /** Without it deletions of keys that are served online are recorded but not acknowledged. */
  readonly hideKeys?: HideKeys;
  /** Where browsers reach this server; the address of each request unless told. */
  readonly publicUrl?: string;
  readonly version: string;
  readonly metrics: Metrics;
  readonly serving: ServingPart | null;
}
