import { startEmbedded } from "../embedded/start-embedded.ts";
import type { InstantInput } from "@tesela/core";
import type { Config } from "../config/config.ts";
import type { EmbeddedOptions } from "../embedded/options.ts";
import type { EmbeddedPlatform } from "../embedded/start-embedded.ts";

/** Starts the whole platform from one process, on the servers that the config names and its own for the rest. */
export function startDev(config: Config, clock: InstantInput | null): Promise<EmbeddedPlatform> {
  return startEmbedded({
    dir: config.dir,
    sourceRoots: config.sourceRoots,
    redisPrefix: config.redisPrefix,
    onlineStore: config.onlineStore,
    queue: config.queue,
    host: config.host,
    port: config.port,
    scheduler: config.scheduler,
    housekeeping: config.housekeeping,
    alerts: config.alerts,
    retryPolicy: config.retryPolicy,
    jobLimits: config.jobLimits,
    ...given("logLevel", config.logLevel),
    ...given("clock", clock),
    ...given("databaseUrl", config.databaseUrl),
    ...given("redisUrl", config.redisUrl),
    ...given("onlineRedisUrl", config.onlineRedisUrl),
    ...given("offlineStoreUrl", config.offlineStoreUrl),
    ...given("workerMemory", config.workerMemory),
    ...given("workerThreads", config.workerThreads),
  });
}

function given<Name extends keyof EmbeddedOptions>(
  name: Name,
  value: EmbeddedOptions[Name] | null,
): EmbeddedOptions {
  return value === null ? {} : { [name]: value };
}
