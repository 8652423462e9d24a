import { TeselaError } from "@tesela/core";
import { environmentProblems } from "./problems.ts";
import { environment } from "./variables.ts";
import type { AlertOptions, HousekeepingOptions, SchedulerMode } from "@tesela/control-plane";
import type { Problem, RetryPolicy } from "@tesela/core";
import type { JobLimits } from "@tesela/registry";
import type { Environment, ParsedEnvironment } from "./variables.ts";

/** Which server carries the queue, or holds the online store. */
export type Backend = "postgres" | "redis";

/** All that the environment says, read once at start. `null` is what it leaves open. */
export interface Config {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** The Redis, or the cluster, of online features where it is not that of the queue. */
  readonly onlineRedisUrl: string | null;
  readonly redisPrefix: string;
  readonly offlineStoreUrl: string | null;
  readonly onlineStore: Backend;
  readonly queue: Backend;
  /** Absolute directories below which sources may lie. */
  readonly sourceRoots: readonly string[];
  readonly tempRoot: string | null;
  readonly host: string;
  readonly port: number;
  /** Where the platform is that the command talks to. */
  readonly url: string | null;
  readonly apiKey: string | null;
  /** Where browsers reach the servers; the address of each request where it is not set. */
  readonly publicUrl: string | null;
  readonly workspace: string;
  /** Servers and workers log from `info` on unless told, what a person runs from `warn` on. */
  readonly logLevel: LogLevel | null;
  /** Where the embedded platform keeps its data. */
  readonly dir: string;
  readonly workerId: string | null;
  /** Bytes of memory that DuckDB may use in one worker. */
  readonly workerMemory: number | null;
  readonly workerThreads: number | null;
  /** Whether a server makes the jobs that are due by itself. */
  readonly scheduler: SchedulerMode;
  /** What housekeeping goes by, as far as the environment says it. */
  readonly housekeeping: HousekeepingOptions;
  /** How jobs are tried again, and how many run at once, as far as the environment says it. */
  readonly retryPolicy: Partial<RetryPolicy>;
  readonly jobLimits: Partial<JobLimits>;
  /** Whom alerts are sent to, as far as the environment says it. */
  readonly alerts: AlertOptions;
  /** The OTLP/HTTP collector that traces are sent to; `null`: nothing is traced. */
  readonly tracesEndpoint: string | null;
  /** What the process is called in traces; `null`: after what it does. */
  readonly serviceName: string | null;
  /** Whether the command prints stack traces. */
  readonly isDebug: boolean;
}

/** Levels of the log, from chatty to none. */
export type LogLevel = NonNullable<ParsedEnvironment["TESELA_LOG_LEVEL"]>;

/**
 * Reads the environment: an empty variable is an unset one. Throws one `MISCONFIGURED` that lists every
 * problem: bad values, contradictions, and unknown `TESELA_` variables.
 */
export function readConfig(variables: Environment): Config {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environment.safeParse(given);
  const problems = environmentProblems(given, parsed.error ?? null);
  if (problems.length > 0 || !parsed.success) throw misconfigured(problems);
  return Object.freeze(configOf(parsed.data));
}

function configOf(values: ParsedEnvironment): Config {
  const redisUrl = values.REDIS_URL ?? null;
  const onlineRedisUrl = values.ONLINE_REDIS_URL ?? null;
  const fallback: Backend = redisUrl === null ? "postgres" : "redis";
  return {
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl,
    onlineRedisUrl,
    redisPrefix: values.TESELA_REDIS_PREFIX,
    offlineStoreUrl: values.OFFLINE_STORE_URL ?? null,
    onlineStore: values.TESELA_ONLINE_STORE ?? (onlineRedisUrl === null ? fallback : "redis"),
    queue: values.TESELA_QUEUE ?? fallback,
    sourceRoots: values.TESELA_SOURCE_ROOTS ?? [process.cwd()],
    tempRoot: values.TESELA_TEMP_ROOT ?? null,
    host: values.TESELA_HOST,
    port: values.TESELA_PORT,
    url: values.TESELA_URL ?? null,
    apiKey: values.TESELA_API_KEY ?? null,
    publicUrl: values.TESELA_PUBLIC_URL ?? null,
    workspace: values.TESELA_WORKSPACE,
    logLevel: values.TESELA_LOG_LEVEL ?? null,
    dir: values.TESELA_DIR,
    workerId: values.TESELA_WORKER_ID ?? null,
    workerMemory: values.TESELA_WORKER_MEMORY ?? null,
    workerThreads: values.TESELA_WORKER_THREADS ?? null,
    scheduler: values.TESELA_SCHEDULER,
    housekeeping: {
      policy: {
        ...given("snapshotRetentionMs", values.TESELA_SNAPSHOT_RETENTION),
        ...given("cleanupGraceMs", values.TESELA_CLEANUP_GRACE),
      },
      ...given("servedLogRetentionMs", values.TESELA_SERVED_LOG_RETENTION),
    },
    retryPolicy: {
      ...given("maxAttempts", values.TESELA_RETRY_ATTEMPTS),
      ...given("immediateLosses", values.TESELA_RETRY_IMMEDIATE_LOSSES),
      ...given("baseDelayMs", values.TESELA_RETRY_BASE_DELAY),
      ...given("maxDelayMs", values.TESELA_RETRY_MAX_DELAY),
    },
    jobLimits: {
      ...given("perView", values.TESELA_JOBS_PER_VIEW),
      ...given("perWorkspace", values.TESELA_JOBS_PER_WORKSPACE),
    },
    alerts: {
      ...given("webhooks", values.TESELA_ALERT_WEBHOOKS),
      ...given("secret", values.TESELA_ALERT_SECRET),
      ...given("allowed", values.TESELA_ALERT_ALLOWED),
      ...given("httpHosts", values.TESELA_ALERT_HTTP_HOSTS),
      ...given("lateAfterMs", values.TESELA_ALERT_LATE_AFTER),
    },
    tracesEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    serviceName: values.OTEL_SERVICE_NAME ?? null,
    isDebug: values.TESELA_DEBUG,
  };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [N in Name]: Value });
}

function misconfigured(problems: readonly Problem[]): TeselaError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new TeselaError("MISCONFIGURED", `The environment has ${count}.`, {
    problems,
    fix: "Correct the variables named and start again.",
  });
}
