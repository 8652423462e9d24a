import { join } from "node:path";
import { parseInstant } from "@tesela/core";
import { connect } from "@tesela/sdk";
import type { InstantInput } from "@tesela/core";
import type { FeatureServer } from "@tesela/online-store";
import type { Registry } from "@tesela/registry";
import type { Client } from "@tesela/sdk";
import type { Logger } from "pino";
import { startBackends } from "../assembly/backends.ts";
import { startControlPlane } from "../assembly/control-plane.ts";
import { answerFirst, startSharedFeatureServer } from "../assembly/feature-server.ts";
import { closeServer, listen, urlOf } from "../assembly/http-server.ts";
import { createLogger } from "../assembly/logger.ts";
import { workerEnvironment } from "../config/worker-environment.ts";
import { tracedStore } from "../tracing/traced-store.ts";
import { startTracing, type Tracing } from "../tracing/tracing.ts";
import { withLifetime } from "../lifetime/lifetime.ts";
import { startEmbeddedPostgres } from "../postgres/embedded-postgres.ts";
import { startWorkerChild } from "../processes/worker-child.ts";
import { adminKey } from "./api-key.ts";
import { openDirectory } from "./directory.ts";
import { acquireLock } from "./lock.ts";
import { embeddedSettings } from "./options.ts";
import { forgetUrl, keepUrl } from "./secrets.ts";
import type { Backends } from "../assembly/backends.ts";
import type { Lifetime } from "../lifetime/lifetime.ts";
import type { EmbeddedOptions, EmbeddedSettings } from "./options.ts";

/** A whole platform started by this process. */
export interface EmbeddedPlatform extends AsyncDisposable {
  /** A client with the admin key. */
  readonly client: Client;
  /** The one address of control plane and feature server. */
  readonly url: string;
  /** The admin key, which `<dir>/api-key` keeps for later commands. */
  readonly apiKey: string;
  /** Freezes the platform clock at an instant, or lets it follow the system's: `null`. Online reads see it at once. */
  setClock(instant: InstantInput | null): Promise<void>;
  /** Stops everything in order; calling it again waits for the same end. */
  stop(): Promise<void>;
}

/**
 * Starts the whole platform. The order is: lock of the directory, PostgreSQL, registry, offline store, online
 * store, queue, clock and admin key, feature server, dispatcher, control plane, worker processes, the HTTP
 * server, its address in `<dir>/url`. It stops in the reverse order, also when a start fails half way: first no
 * more requests, then no more work, then what both stand on. Throws `CONFLICT` when another process runs a
 * platform on the directory.
 */
export function startEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedPlatform> {
  return withLifetime(async (lifetime) => {
    const dir = openDirectory(options.dir ?? ".tesela");
    const settings = embeddedSettings(options, dir);
    const logger = createLogger(settings.logLevel, "platform");
    await lifetime.start(
      "lock",
      () => acquireLock(dir),
      (release) => release(),
    );
    const tracing = await startTracing(lifetime, { ...settings, serviceName: null }, "tesela-server");
    const databaseUrl = settings.databaseUrl ?? (await startDatabase(lifetime, dir, logger));
    const started = await startBackends(lifetime, { ...settings, databaseUrl }, logger);
    const backends = { ...started, onlineStore: tracedStore(started.onlineStore, tracing) };
    if (settings.clock !== null) await backends.registry.clock.freeze(settings.clock);
    const apiKey = await adminKey(backends.registry, dir);
    const { url, featureServer } = await startServing(
      lifetime,
      { ...settings, databaseUrl, tracing },
      backends,
      logger,
    );
    const setClock = clockSetter(backends.registry, featureServer);
    const stop = (): Promise<void> => lifetime.stop();
    const client = connect({ url, apiKey });
    return { client, url, apiKey, setClock, stop, [Symbol.asyncDispose]: stop };
  });
}

async function startDatabase(lifetime: Lifetime, dir: string, logger: Logger): Promise<string> {
  const postgres = await lifetime.start(
    "PostgreSQL",
    () => startEmbeddedPostgres(dir, logger),
    (started) => started.stop(),
  );
  return postgres.url;
}

async function startServing(
  lifetime: Lifetime,
  settings: EmbeddedSettings & { readonly databaseUrl: string; readonly tracing: Tracing },
  backends: Backends,
  logger: Logger,
): Promise<{ readonly url: string; readonly featureServer: FeatureServer }> {
  const { featureServer, serving } = await startSharedFeatureServer(lifetime, backends, logger);
  const { scheduler, housekeeping, alerts } = settings;
  const handler = await startControlPlane(
    lifetime,
    { ...backends, scheduler, housekeeping, alerts, publicUrl: null },
    logger,
    serving,
  );
  await startWorkers(lifetime, settings, logger);
  const listener = answerFirst(featureServer, handler);
  const answering = settings.tracing.listen({ featureServer, listener });
  const server = await lifetime.start("HTTP server", () => listen(answering, settings), closeServer);
  const url = urlOf(server);
  await lifetime.start(
    "address",
    () => keepUrl(settings.dir, url),
    () => forgetUrl(settings.dir),
  );
  return { url, featureServer };
}

async function startWorkers(
  lifetime: Lifetime,
  settings: EmbeddedSettings & { readonly databaseUrl: string },
  logger: Logger,
): Promise<void> {
  const numbers = Array.from({ length: settings.workers }, (_, index) => index + 1);
  const start = async (number: number): Promise<void> => {
    const tempRoot = join(settings.dir, "temp", `worker-${number}`);
    const environment = workerEnvironment({ ...settings, tempRoot }, process.env);
    await lifetime.start(
      `worker ${number}`,
      () => startWorkerChild({ environment, logger }),
      (worker) => worker.stop(),
    );
  };
  // All have to be over before a failure stops what did start.
  const results = await Promise.allSettled(numbers.map(start));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

function clockSetter(registry: Registry, featureServer: FeatureServer): EmbeddedPlatform["setClock"] {
  return async (instant) => {
    if (instant === null) await registry.clock.release();
    else await registry.clock.freeze(parseInstant(instant));
    await featureServer.refresh();
  };
}
