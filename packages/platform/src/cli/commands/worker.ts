import { createLogger } from "../../assembly/logger.ts";
import { startWorker } from "../../processes/worker.ts";
import type { Context } from "../context.ts";
import type { WorkerInvocation } from "../invocation.ts";
import { untilAborted } from "./until-aborted.ts";

/** Runs a worker until it is stopped. */
export async function worker(_: WorkerInvocation, { config, terminal, signal }: Context): Promise<void> {
  const lifetime = await startWorker(config, createLogger(config.logLevel ?? "info", "worker"));
  terminal.note("The worker takes work.");
  await untilAborted(signal);
  await lifetime.stop();
}
