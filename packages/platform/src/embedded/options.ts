import { join } from "node:path";
import { TeselaError, parseInstant } from "@tesela/core";
import type { AlertOptions, HousekeepingOptions, SchedulerMode } from "@tesela/control-plane";
import type { EpochMicros, InstantInput, RetryPolicy } from "@tesela/core";
import type { JobLimits } from "@tesela/registry";
import { parseBytes } from "../config/bytes.ts";
import { directoryUrl } from "../config/settings.ts";
import type { Backend, LogLevel } from "../config/config.ts";

/** How an embedded platform is started; everything may be left out. */
export interface EmbeddedOptions {
  /** Where its data lie; `.tesela` unless given. */
  readonly dir?: string;
  /** Freezes the platform clock at an instant; without it the clock stays as the last start left it, at first live. */
  readonly clock?: InstantInput;
  /** Directories below which sources may lie; the current one unless given. */
  readonly sourceRoots?: readonly string[];
  /** A PostgreSQL to use instead of starting one. */
  readonly databaseUrl?: string;
  /** A Redis for queue and online store, as far as those are not named. */
  readonly redisUrl?: string;
  /** A Redis, or a Redis Cluster (`redis-cluster:`), for the online store alone. */
  readonly onlineRedisUrl?: string;
  /** Before every key in Redis; `tesela` unless given. */
  readonly redisPrefix?: string;
  readonly onlineStore?: Backend;
  readonly queue?: Backend;
  /** `file:///folder` or `s3://bucket/prefix`; `<dir>/offline` unless given. */
  readonly offlineStoreUrl?: string;
  /** The loopback address to listen on; 127.0.0.1 unless given. */
  readonly host?: string;
  /** The port of the one address; a free one unless given. */
  readonly port?: number;
  /** Worker processes; 1 unless given. */
  readonly workers?: number;
  /** The OTLP/HTTP collector that traces are sent to, such as `http://127.0.0.1:4318`; nothing is traced unless given. */
  readonly tracesEndpoint?: string;
  /** `warn` unless given. */
  readonly logLevel?: LogLevel;
  /** Memory that each DuckDB process may use: bytes, or a size such as `"2GB"`. */
  readonly workerMemory?: number | string;
  readonly workerThreads?: number;
  /**
   * Whether the jobs that are due are made by themselves (TIME T13); `"off"` unless given: a program materializes
   * what it asks for.
   */
  readonly scheduler?: SchedulerMode;
  /** What housekeeping goes by, and how often it is done; what is left out is as on servers. */
  readonly housekeeping?: HousekeepingOptions;
  /** Whom alerts are sent to; nobody unless told. */
  readonly alerts?: AlertOptions;
  /** How jobs are tried again; what is left out is as on servers. */
  readonly retryPolicy?: Partial<RetryPolicy>;
  /** How many jobs may run at once; what is left out is as on servers. */
  readonly jobLimits?: Partial<JobLimits>;
}

/** The options with every default filled in. */
export interface EmbeddedSettings {
  readonly dir: string;
  readonly clock: EpochMicros | null;
  readonly sourceRoots: readonly string[];
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly onlineRedisUrl: string | null;
  readonly redisPrefix: string;
  readonly onlineStore: Backend;
  readonly queue: Backend;
  readonly offlineStoreUrl: string;
  readonly host: string;
  readonly port: number;
  readonly workers: number;
  readonly tracesEndpoint: string | null;
  readonly logLevel: LogLevel;
  readonly workerMemory: number | null;
  readonly workerThreads: number | null;
  readonly scheduler: SchedulerMode;
  readonly housekeeping: HousekeepingOptions;
  readonly alerts: AlertOptions;
  readonly retryPolicy: Partial<RetryPolicy>;
  readonly jobLimits: Partial<JobLimits>;
}

/** Fills in the defaults for a directory that is absolute and there; throws `VALIDATION`. */
export function embeddedSettings(options: EmbeddedOptions, dir: string): EmbeddedSettings {
  const redisUrl = options.redisUrl ?? null;
  const onlineRedisUrl = options.onlineRedisUrl ?? null;
  const fallback: Backend = redisUrl === null ? "postgres" : "redis";
  return {
    dir,
    clock: options.clock === undefined ? null : parseInstant(options.clock),
    sourceRoots: options.sourceRoots ?? [process.cwd()],
    databaseUrl: options.databaseUrl ?? null,
    redisUrl,
    onlineRedisUrl,
    redisPrefix: options.redisPrefix ?? "tesela",
    onlineStore: options.onlineStore ?? (onlineRedisUrl === null ? fallback : "redis"),
    queue: options.queue ?? fallback,
    offlineStoreUrl: options.offlineStoreUrl ?? directoryUrl(join(dir, "offline")),
    host: loopback(options.host ?? "127.0.0.1"),
    port: options.port ?? 0,
    workers: options.workers ?? 1,
    tracesEndpoint: options.tracesEndpoint ?? null,
    logLevel: options.logLevel ?? "warn",
    workerMemory: memoryOf(options.workerMemory),
    workerThreads: options.workerThreads ?? null,
    scheduler: options.scheduler ?? "off",
    housekeeping: options.housekeeping ?? {},
    alerts: options.alerts ?? {},
    retryPolicy: options.retryPolicy ?? {},
    jobLimits: options.jobLimits ?? {},
  };
}

/** The embedded platform is for its own machine; what others shall reach runs as servers. */
function loopback(host: string): string {
  if (host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host)) return host;
  throw new TeselaError("VALIDATION", `The embedded platform cannot listen on "${host}", only on loopback.`, {
    fix: "Leave the host out, or run `tesela server` and `tesela worker`.",
  });
}

function memoryOf(memory: number | string | undefined): number | null {
  if (memory === undefined || typeof memory === "number") return memory ?? null;
  const bytes = parseBytes(memory);
  if (bytes !== null) return bytes;
  throw new TeselaError("VALIDATION", `workerMemory is "${memory}", which is no size.`, {
    fix: 'Write "512MB" or "2GB".',
  });
}
