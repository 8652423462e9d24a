import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWorker } from "@tesela/materializer";
import { createLogger } from "../assembly/logger.ts";
import { startBackends } from "../assembly/backends.ts";
import { readConfig } from "../config/config.ts";
import { backendSettings } from "../config/settings.ts";
import { startTracing } from "../tracing/tracing.ts";
import { withLifetime } from "../lifetime/lifetime.ts";
import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import type { Lifetime } from "../lifetime/lifetime.ts";

/** Starts a worker on the servers that the config names; the lifetime ends it. */
export function startWorker(config: Config, logger: Logger): Promise<Lifetime> {
  return withLifetime(async (lifetime) => {
    const tracing = await startTracing(lifetime, config, "tesela-worker");
    const backends = await startBackends(lifetime, backendSettings(config), logger);
    const worker = createWorker({
      ...backends,
      tracer: tracing,
      ...(config.workerId === null ? {} : { id: config.workerId }),
      ...(config.workerMemory === null ? {} : { memoryBytes: config.workerMemory }),
      ...(config.workerThreads === null ? {} : { threads: config.workerThreads }),
      sourceRoots: config.sourceRoots,
      tempRoot: config.tempRoot ?? join(tmpdir(), `tesela-${process.pid}`),
      logger,
    });
    await lifetime.start(
      "worker",
      () => worker.start(),
      () => worker.stop(),
    );
    return lifetime;
  });
}

/** The program of a child process: it says when it takes work, and ends when it is told to or its parent is gone. */
export async function runWorkerProcess(): Promise<void> {
  const config = readConfig(process.env);
  const logger = createLogger(config.logLevel ?? "info", "worker");
  const told = new Promise<void>((resolve) => {
    process.once("message", () => resolve());
    process.once("disconnect", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  const lifetime = await startWorker(config, logger);
  process.send?.("ready");
  await told;
  await lifetime.stop().catch((cause: unknown) => logger.error({ cause }, "the worker did not stop cleanly"));
  process.exit(0);
}
