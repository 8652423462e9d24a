import type { OfflineStore } from "@tesela/offline-store";
import type { OnlineStore, RealtimeEngine } from "@tesela/online-store";
import type { Dispatcher, JobQueue, Registry } from "@tesela/registry";
import type { Logger } from "pino";
import type { ParquetLimits } from "../cage/parquet-limits.ts";
import type { Engine } from "../engine/engine.ts";
import type { Tracer } from "./tracer.ts";
import type { Failpoint } from "./failpoint.ts";

/** Where a worker tells what happens; pino's logger fits. */
export type WorkerLog = Pick<Logger, "info" | "warn" | "error">;

/** All that a worker's handlers share. */
export interface WorkerContext {
  readonly id: string;
  readonly registry: Registry;
  readonly queue: JobQueue;
  readonly engine: Engine;
  readonly realtime: RealtimeEngine;
  readonly offlineStore: OfflineStore;
  readonly onlineStore: OnlineStore;
  readonly sourceRoots: readonly string[];
  readonly sourceLimits: ParquetLimits;
  readonly spineLimits: ParquetLimits;
  readonly tempRoot: string;
  readonly memoryBytes: number;
  readonly threads: number;
  readonly leaseMs: number;
  readonly logger: WorkerLog;
  readonly tracer: Tracer;
  /** About how many rows of its sources a part of a job has; `undefined` is the default of core. */
  readonly partRows: number | undefined;
  readonly failpoint: Failpoint;
  /** The attempts that this worker has, each until it ends. */
  readonly attempts: Map<string, Promise<void>>;
  /** A job that has ended may have made room for others: they are sent at once, not only by the next sweep. */
  readonly dispatcher: Pick<Dispatcher, "dispatch">;
}
