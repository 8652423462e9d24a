import { createLogger } from "../../assembly/logger.ts";
import { startServer } from "../../processes/server.ts";
import type { Context } from "../context.ts";
import type { ServerInvocation } from "../invocation.ts";
import { untilAborted } from "./until-aborted.ts";

/** Runs a server until it is stopped. */
export async function server(
  { role, host, port }: ServerInvocation,
  { config, terminal, signal }: Context,
): Promise<void> {
  const address = { host: host ?? config.host, port: port ?? config.port };
  const running = await startServer(
    role,
    { ...config, ...address },
    createLogger(config.logLevel ?? "info", role),
  );
  terminal.result({ role, url: running.url }, `${role} is at ${running.url}.`);
  await untilAborted(signal);
  await running.stop();
}
