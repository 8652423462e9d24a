import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { OfflineStore } from "@tesela/offline-store";
import { RealtimeEngine, type OnlineStore } from "@tesela/online-store";
import {
  createDispatcher,
  type JobQueue,
  type QueueName,
  type QueueWorker,
  type Registry,
} from "@tesela/registry";
import { defaultParquetLimits, type ParquetLimits } from "../cage/parquet-limits.ts";
import { createEngine } from "../engine/engine.ts";
import { helpWithParts } from "../job/parts/help-with-parts.ts";
import { noFailpoint, type Failpoint } from "./failpoint.ts";
import { runTask } from "./run-task.ts";
import { takeAttempts } from "./take-attempts.ts";
import { keepWatching } from "./watch-online.ts";
import { NO_TRACER, type Tracer } from "./tracer.ts";
import { claimTempDirectory } from "./temp-directory.ts";
import type { WorkerContext, WorkerLog } from "./worker-context.ts";

/** What a worker is made of; it starts and stops none of the parts it is given. */
export interface WorkerOptions {
  readonly id?: string;
  readonly registry: Registry;
  readonly queue: JobQueue;
  readonly offlineStore: OfflineStore;
  readonly onlineStore: OnlineStore;
  /** Absolute directories that sources may lie in. */
  readonly sourceRoots: readonly string[];
  /** A private directory for spilled data. */
  readonly tempRoot: string;
  readonly logger: WorkerLog;
  /** Where attempts and tasks are traced; nowhere unless given. */
  readonly tracer?: Tracer;
  /** Memory of each DuckDB process; 4 GiB unless given. */
  readonly memoryBytes?: number;
  /** Threads of each DuckDB process; 2 unless given. */
  readonly threads?: number;
  /** How long an attempt stays ours without a heartbeat; 15 s unless given. */
  readonly leaseMs?: number;
  readonly sourceLimits?: ParquetLimits;
  readonly spineLimits?: ParquetLimits;
  /** About how many rows of its sources a part of a big job has. */
  readonly partRows?: number;
  /** For tests of faults: called at each step of the work. */
  readonly failpoint?: Failpoint;
}

/** A worker: takes attempts and tasks off the queues until it is stopped. */
export interface Worker {
  readonly id: string;
  start(): Promise<void>;
  /** Takes no more work, stops what runs, says goodbye. */
  stop(): Promise<void>;
}

/** Messages of each queue at once. */
const CONCURRENCY: Readonly<Record<QueueName, number>> = {
  materialize: 1,
  part: 1,
  retrieve: 1,
  check: 1,
  ingest: 2,
};
const BEAT_MS = 2_000;

/** Makes a worker, with a temp folder of its own; nothing runs before `start`. */
export function createWorker(options: WorkerOptions): Worker {
  const context = contextOf(options, claimTempDirectory(options.tempRoot));
  const { registry, queue, engine, id, logger } = context;
  const consumers: QueueWorker[] = [];
  let timer: NodeJS.Timeout | null = null;
  let watch: ReturnType<typeof keepWatching> | null = null;
  const beat = (): Promise<void> =>
    registry.workers.beat({ id, host: hostname(), pid: process.pid, capabilities: Object.keys(CONCURRENCY) });
  return {
    id,
    async start() {
      await engine.start();
      await beat();
      timer = setInterval(
        () => void beat().catch((cause: unknown) => logger.warn({ cause }, "no heartbeat")),
        BEAT_MS,
      );
      watch = keepWatching(context);
      consumers.push(await consume(queue, "materialize", takeAttempts(context)));
      consumers.push(
        await consume(queue, "part", (message, signal) => helpWithParts(context, message, signal)),
      );
      consumers.push(
        await consume(queue, "retrieve", (message, signal) => runTask(context, message, signal)),
      );
      consumers.push(await consume(queue, "check", (message, signal) => runTask(context, message, signal)));
      consumers.push(await consume(queue, "ingest", (message, signal) => runTask(context, message, signal)));
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      await watch?.stop();
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await Promise.all(context.attempts.values());
      await engine.stop();
      await registry.workers
        .remove(id)
        .catch((cause: unknown) => logger.warn({ cause }, "could not say goodbye"));
    },
  };
}

function consume(
  queue: JobQueue,
  name: QueueName,
  handler: Parameters<JobQueue["work"]>[1],
): Promise<QueueWorker> {
  return queue.work(name, handler, { concurrency: CONCURRENCY[name] });
}

function contextOf(options: WorkerOptions, tempRoot: string): WorkerContext {
  const memoryBytes = options.memoryBytes ?? 4 * 1024 ** 3;
  const threads = options.threads ?? 2;
  const engine = createEngine({
    memoryBytes,
    threads,
    tempRoot,
    size: Object.values(CONCURRENCY).reduce((a, b) => a + b),
    log: options.logger,
  });
  return {
    ...options,
    id: options.id ?? `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    engine,
    realtime: new RealtimeEngine(),
    tempRoot,
    memoryBytes,
    threads,
    leaseMs: options.leaseMs ?? 15_000,
    sourceLimits: options.sourceLimits ?? defaultParquetLimits,
    spineLimits: options.spineLimits ?? defaultParquetLimits,
    failpoint: options.failpoint ?? noFailpoint,
    tracer: options.tracer ?? NO_TRACER,
    partRows: options.partRows,
    attempts: new Map(),
    dispatcher: createDispatcher({
      registry: options.registry,
      queue: options.queue,
      log: (message, cause) => options.logger.warn({ cause }, message),
    }),
  };
}
