import { delimiter } from "node:path";
import type { BackendSettings } from "../assembly/backends.ts";
import type { LogLevel } from "./config.ts";
import type { Environment, ParsedEnvironment } from "./variables.ts";

/** What a worker process is told through its environment. */
export interface WorkerSettings extends BackendSettings {
  readonly sourceRoots: readonly string[];
  readonly tempRoot: string;
  readonly logLevel: LogLevel;
  readonly workerMemory: number | null;
  readonly workerThreads: number | null;
  readonly tracesEndpoint: string | null;
}

/** What a worker inherits: where programs, certificates and caches are, the credentials of S3, how traces are sent. */
const inherited =
  /^(?:PATH|HOME|LANG|TMPDIR|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|XDG_CACHE_HOME|NODE_(?:DISABLE_)?COMPILE_CACHE|AWS_\w+|OTEL_(?!EXPORTER_OTLP_ENDPOINT$|SERVICE_NAME$)\w+)$/;

/** The whole environment of a worker process. */
export function workerEnvironment(settings: WorkerSettings, own: Environment): Record<string, string> {
  const variables: Partial<Record<keyof ParsedEnvironment, string | null>> = {
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    ONLINE_REDIS_URL: settings.onlineRedisUrl,
    TESELA_REDIS_PREFIX: settings.redisPrefix,
    OFFLINE_STORE_URL: settings.offlineStoreUrl,
    TESELA_ONLINE_STORE: settings.onlineStore,
    TESELA_QUEUE: settings.queue,
    TESELA_SOURCE_ROOTS: settings.sourceRoots.join(delimiter),
    TESELA_TEMP_ROOT: settings.tempRoot,
    TESELA_LOG_LEVEL: settings.logLevel,
    TESELA_WORKER_MEMORY: settings.workerMemory === null ? null : `${settings.workerMemory}B`,
    TESELA_RETRY_ATTEMPTS: textOf(settings.retryPolicy.maxAttempts),
    TESELA_RETRY_IMMEDIATE_LOSSES: textOf(settings.retryPolicy.immediateLosses),
    TESELA_RETRY_BASE_DELAY: textOf(settings.retryPolicy.baseDelayMs, "ms"),
    TESELA_RETRY_MAX_DELAY: textOf(settings.retryPolicy.maxDelayMs, "ms"),
    TESELA_JOBS_PER_VIEW: textOf(settings.jobLimits.perView),
    TESELA_JOBS_PER_WORKSPACE: textOf(settings.jobLimits.perWorkspace),
    OTEL_EXPORTER_OTLP_ENDPOINT: settings.tracesEndpoint,
    TESELA_WORKER_THREADS: settings.workerThreads === null ? null : String(settings.workerThreads),
  };
  // DuckDB holds a libuv thread per running query; Node's default of four starves everything else.
  const fixed = { TZ: "UTC", UV_THREADPOOL_SIZE: "16" };
  const passed = Object.entries(own).filter(([name]) => inherited.test(name));
  const told = Object.entries(variables).filter(([, value]) => value != null);
  return { ...(Object.fromEntries([...passed, ...told]) as Record<string, string>), ...fixed };
}

function textOf(value: number | undefined, unit = ""): string | null {
  return value === undefined ? null : `${value}${unit}`;
}
