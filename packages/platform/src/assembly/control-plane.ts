import { createControlPlane } from "@tesela/control-plane";
import { createDispatcher } from "@tesela/registry";
import type { RequestListener } from "node:http";
import type { Logger } from "pino";
import type { Lifetime } from "../lifetime/lifetime.ts";
import type { Backends } from "./backends.ts";
import { platformVersion } from "./version.ts";

const SWEEP_MS = 1_000;

/** Starts the dispatcher, which sweeps for due work, and the control plane; returns what answers its requests. */
export async function startControlPlane(
  lifetime: Lifetime,
  { registry, queue, offlineStore }: Omit<Backends, "onlineStore">,
  logger: Logger,
): Promise<RequestListener> {
  const log = (message: string, cause: unknown): void => logger.warn({ cause }, message);
  const dispatcher = createDispatcher({ registry, queue, log });
  await lifetime.start(
    "dispatcher",
    () => dispatcher.start(SWEEP_MS),
    () => dispatcher.stop(),
  );
  const controlPlane = createControlPlane({
    registry,
    dispatcher,
    queue,
    offlineStore,
    logger,
    version: platformVersion(),
  });
  await lifetime.start(
    "control plane",
    () => controlPlane.start(),
    () => controlPlane.stop(),
  );
  return controlPlane.handler;
}
