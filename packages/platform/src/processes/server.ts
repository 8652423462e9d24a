import { join } from "node:path";
import { startBackends, startLazyRegistry, startOnlineStore } from "../assembly/backends.ts";
import { startControlPlane } from "../assembly/control-plane.ts";
import {
  answerFirst,
  featureServerListener,
  servingProcessMetrics,
  startFeatureServer,
  startSharedFeatureServer,
} from "../assembly/feature-server.ts";
import { planFile } from "../assembly/plan-file.ts";
import { closeServer, listen, urlOf, type Answering } from "../assembly/http-server.ts";
import { backendSettings, databaseUrlOf } from "../config/settings.ts";
import { tracedStore } from "../tracing/traced-store.ts";
import { startTracing, type Tracing } from "../tracing/tracing.ts";
import { withLifetime } from "../lifetime/lifetime.ts";
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
    const answering = tracing.listen(await starters[role](lifetime, config, logger, tracing));
    const server = await lifetime.start("HTTP server", () => listen(answering, config), closeServer);
    return { url: urlOf(server), stop: () => lifetime.stop() };
  });
}

type Starter = (lifetime: Lifetime, config: Config, logger: Logger, tracing: Tracing) => Promise<Answering>;

const starters: Readonly<Record<ServerRole, Starter>> = {
  all: async (lifetime, config, logger, tracing) => {
    const started = await startBackends(lifetime, backendSettings(config), logger);
    const backends = { ...started, onlineStore: tracedStore(started.onlineStore, tracing) };
    const { featureServer, serving } = await startSharedFeatureServer(lifetime, backends, logger);
    const handler = await startControlPlane(lifetime, { ...backends, ...makingOf(config) }, logger, serving);
    return { featureServer, listener: answerFirst(featureServer, handler) };
  },
  "control-plane": async (lifetime, config, logger) => {
    const backends = await startBackends(lifetime, backendSettings(config), logger);
    const listener = await startControlPlane(lifetime, { ...backends, ...makingOf(config) }, logger);
    return { featureServer: null, listener };
  },
  "feature-server": async (lifetime, config, logger, tracing) => {
    const databaseUrl = databaseUrlOf(config);
    const onlineStore = tracedStore(await startOnlineStore(lifetime, { ...config, databaseUrl }), tracing);
    const registry = await startLazyRegistry(lifetime, databaseUrl);
    const metrics = servingProcessMetrics();
    const file = planFile(join(config.dir, "serving-plan.json"));
    const parts = { registry, onlineStore, planFile: file, metrics };
    const featureServer = await startFeatureServer(lifetime, parts, logger);
    return { featureServer, listener: featureServerListener(featureServer, metrics) };
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
