import { openOfflineStore } from "@tesela/offline-store";
import { openPostgresStore, openRedisStore } from "@tesela/online-store";
import { openPostgresQueue, openRedisQueue, openRegistry } from "@tesela/registry";
import { TeselaError } from "@tesela/core";
import type { RetryPolicy } from "@tesela/core";
import type { OfflineStore } from "@tesela/offline-store";
import type { OnlineStore } from "@tesela/online-store";
import type { JobLimits, JobQueue, Log, Registry } from "@tesela/registry";
import type { Logger } from "pino";
import type { Backend } from "../config/config.ts";
import type { Lifetime } from "../lifetime/lifetime.ts";

const QUEUE_SCHEMA = "tesela_queue";

/** Which servers the platform stands on. */
export interface BackendSettings {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  /** The Redis, or the cluster, of the online store; `null`: the same. */
  readonly onlineRedisUrl: string | null;
  /** Before every key in Redis, so that several platforms can share one. */
  readonly redisPrefix: string;
  readonly onlineStore: Backend;
  readonly queue: Backend;
  readonly offlineStoreUrl: string;
  /** How jobs are tried again, and how many run at once; the same in every process. */
  readonly retryPolicy: Partial<RetryPolicy>;
  readonly jobLimits: Partial<JobLimits>;
}

/** What all parts of the platform share, started. */
export interface Backends {
  readonly registry: Registry;
  readonly offlineStore: OfflineStore;
  readonly onlineStore: OnlineStore;
  readonly queue: JobQueue;
}

/** Starts registry, offline store, online store and queue, in this order. */
export async function startBackends(
  lifetime: Lifetime,
  settings: BackendSettings,
  logger: Logger,
): Promise<Backends> {
  const registry = await startRegistry(lifetime, settings.databaseUrl, settings);
  const offlineStore = await started(lifetime, "offline store", openOfflineStore(settings.offlineStoreUrl));
  const onlineStore = await startOnlineStore(lifetime, settings);
  const queue = await startQueue(lifetime, settings, logger);
  return { registry, offlineStore, onlineStore, queue };
}

/** Opens the registry, which brings its tables up to date. */
export function startRegistry(
  lifetime: Lifetime,
  databaseUrl: string,
  settings: Partial<Pick<BackendSettings, "retryPolicy" | "jobLimits">> = {},
): Promise<Registry> {
  const { retryPolicy = {}, jobLimits = {} } = settings;
  return lifetime.start(
    "registry",
    () => openRegistry({ databaseUrl, retryPolicy, jobLimits }),
    (registry) => registry.stop(),
  );
}

/** A registry that is opened when it is asked for, and asked for again after it could not be. */
export function startLazyRegistry(lifetime: Lifetime, databaseUrl: string): Promise<() => Promise<Registry>> {
  let opening: Promise<Registry> | null = null;
  const open = (): Promise<Registry> => {
    opening ??= openRegistry({ databaseUrl }).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  const stop = async (): Promise<void> => (await opening?.catch(() => null))?.stop();
  return lifetime.start("registry", () => open, stop);
}

/** Starts the online store on the server that the settings name. */
export function startOnlineStore(
  lifetime: Lifetime,
  settings: Pick<
    BackendSettings,
    "databaseUrl" | "redisUrl" | "onlineRedisUrl" | "redisPrefix" | "onlineStore"
  >,
): Promise<OnlineStore> {
  const store =
    settings.onlineStore === "redis"
      ? openRedisStore({ url: settings.onlineRedisUrl ?? redisUrlOf(settings), prefix: settings.redisPrefix })
      : openPostgresStore({ url: settings.databaseUrl });
  return started(lifetime, "online store", store);
}

/** What its connections say once it is stopped is of no use: the server goes next. */
async function startQueue(lifetime: Lifetime, settings: BackendSettings, logger: Logger): Promise<JobQueue> {
  let isSilent = false;
  const log: Log = (message, cause) => {
    if (!isSilent) logger.warn({ cause }, message);
  };
  await lifetime.start(
    "queue log",
    () => {},
    () => void (isSilent = true),
  );
  return started(lifetime, "queue", openQueue(settings, log));
}

function openQueue(settings: BackendSettings, log: Log): JobQueue {
  return settings.queue === "redis"
    ? openRedisQueue({ url: redisUrlOf(settings), prefix: `${settings.redisPrefix}-queue`, log })
    : openPostgresQueue({ url: settings.databaseUrl, schema: QUEUE_SCHEMA, log });
}

function redisUrlOf({ redisUrl }: Pick<BackendSettings, "redisUrl">): string {
  if (redisUrl !== null) return redisUrl;
  throw new TeselaError("MISCONFIGURED", "Online store or queue are to be on Redis, but there is no Redis.", {
    fix: "Set REDIS_URL (redisUrl), or choose postgres.",
  });
}

/** A part that fails to start has still to let go of what it had taken. */
function started<T extends { start(): Promise<void>; stop(): Promise<void> }>(
  lifetime: Lifetime,
  name: string,
  part: T,
): Promise<T> {
  return lifetime.start(
    name,
    async () => {
      try {
        await part.start();
      } catch (error) {
        await part.stop().catch(() => {});
        throw error;
      }
      return part;
    },
    () => part.stop(),
  );
}
