import { join } from "node:path";
import { startBackends, startLazyRegistry, startOnlineStore } from "../assembly/backends.ts";
import { startControlPlane } from "../assembly/control-plane.ts";
import {
  featureServerListener,
  servingProcessMetrics,
  startFeatureServer,
  startSharedFeatureServer,
} from "../assembly/feature-server.ts";
import { planFile } from "../assembly/plan-file.ts";
import { closeServer, listen, urlOf } from "../assembly/http-server.ts";
import { backendSettings, databaseUrlOf } from "../config/settings.ts";
import { tracedStore } from "../tracing/traced-store.ts";
import { startTracing, type Tracing } from "../tracing/tracing.ts";
import { withLifetime } from "../lifetime/lifetime.ts";
import type { RequestListener } from "node:http";
import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import type { Lifetime } from "../lifetime/lifetime.ts";
import type { ServerRole } from "./server-role.ts";

/** A running server process. */
export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a server on the servers that the config names: what it stands on, then what answers, then the HTTP
 * server; it stops in the reverse order.
 */
export function startServer(role: ServerRole, config: Config, logger: Logger): Promise<RunningServer> {
  return withLifetime(async (lifetime) => {
    const tracing = await startTracing(lifetime, config, `tesela-${role === "all" ? "server" : role}`);
    const listener = tracing.listen(await starters[role](lifetime, config, logger, tracing));
    const server = await lifetime.start("HTTP server", () => listen(listener, config), closeServer);
    return { url: urlOf(server), stop: () => lifetime.stop() };
  });
}

type Starter = (
  lifetime: Lifetime,
  config: Config,
  logger: Logger,
  tracing: Tracing,
) => Promise<RequestListener>;

const starters: Readonly<Record<ServerRole, Starter>> = {
  all: async (lifetime, config, logger, tracing) => {
    const started = await startBackends(lifetime, backendSettings(config), logger);
    const backends = { ...started, onlineStore: tracedStore(started.onlineStore, tracing) };
    const { featureServer, serving } = await startSharedFeatureServer(lifetime, backends, logger);
    const handler = await startControlPlane(lifetime, { ...backends, ...makingOf(config) }, logger, serving);
    return (request, response) =>
      void (featureServer.handle(request, response) || handler(request, response));
  },
  "control-plane": async (lifetime, config, logger) => {
    const backends = await startBackends(lifetime, backendSettings(config), logger);
    return startControlPlane(lifetime, { ...backends, ...makingOf(config) }, logger);
  },
  "feature-server": async (lifetime, config, logger, tracing) => {
    const databaseUrl = databaseUrlOf(config);
    const onlineStore = tracedStore(await startOnlineStore(lifetime, { ...config, databaseUrl }), tracing);
    const registry = await startLazyRegistry(lifetime, databaseUrl);
    const metrics = servingProcessMetrics();
    const file = planFile(join(config.dir, "serving-plan.json"));
    const parts = { registry, onlineStore, planFile: file, metrics };
    return featureServerListener(await startFeatureServer(lifetime, parts, logger), metrics);
  },
};

/** Which jobs a control plane makes by itself and by what, and where browsers reach it. */
function makingOf({
  scheduler,
  housekeeping,
  publicUrl,
  alerts,
}: Config): Pick<Config, "scheduler" | "housekeeping" | "publicUrl" | "alerts"> {
  return { scheduler, housekeeping, publicUrl, alerts };
}
