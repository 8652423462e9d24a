import { once } from "node:events";
import { createLogger } from "../../assembly/logger.ts";
import { startDev } from "../../processes/dev.ts";
import { startServer } from "../../processes/server.ts";
import { startWorker } from "../../processes/worker.ts";
import type { Context } from "../context.ts";
import type { DevInvocation, ServerInvocation, WorkerInvocation } from "../invocation.ts";

/** Runs the whole platform until it is stopped. */
export async function dev(
  { clock, port }: DevInvocation,
  { config, terminal, signal }: Context,
): Promise<void> {
  const platform = await startDev({ ...config, port: port ?? config.port }, clock);
  const time = clock === null ? "" : ` Its clock stands at ${clock}.`;
  terminal.result(
    { url: platform.url, clock },
    `The platform is at ${platform.url}.${time} Ctrl-C stops it.`,
  );
  await untilAborted(signal);
  terminal.note("Stopping …");
  await platform.stop();
}

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

/** Runs a worker until it is stopped. */
export async function worker(_: WorkerInvocation, { config, terminal, signal }: Context): Promise<void> {
  const lifetime = await startWorker(config, createLogger(config.logLevel ?? "info", "worker"));
  terminal.note("The worker takes work.");
  await untilAborted(signal);
  await lifetime.stop();
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
