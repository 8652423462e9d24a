import {
  createControlPlane,
  type AlertOptions,
  type HousekeepingOptions,
  type SchedulerMode,
  type ServingPart,
} from "@tesela/control-plane";
import { hideKeys } from "@tesela/online-store";
import { createDispatcher } from "@tesela/registry";
import type { RequestListener } from "node:http";
import type { Logger } from "pino";
import type { Lifetime } from "../lifetime/lifetime.ts";
import type { Backends } from "./backends.ts";
import { platformVersion } from "./version.ts";

const SWEEP_MS = 1_000;

/** What a control plane stands on, and whether it makes jobs by itself. */
export interface ControlPlaneParts extends Backends {
  readonly scheduler: SchedulerMode;
  readonly housekeeping: HousekeepingOptions;
  /** Where browsers reach it; the address of each request where it is `null`. */
  readonly publicUrl: string | null;
  readonly alerts: AlertOptions;
}

/** Starts the dispatcher, which sweeps for due work, and the control plane; returns what answers its requests. */
export async function startControlPlane(
  lifetime: Lifetime,
  parts: ControlPlaneParts,
  logger: Logger,
  serving?: ServingPart,
): Promise<RequestListener> {
  const {
    registry,
    queue,
    offlineStore,
    onlineStore: store,
    scheduler,
    housekeeping,
    publicUrl,
    alerts,
  } = parts;
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
    scheduler,
    housekeeping,
    alerts,
    ...(publicUrl === null ? {} : { publicUrl }),
    hideKeys: async (target, deleted) => {
      await hideKeys({ store, ...target }, deleted, { isCleaned: false, stamps: registry.deletions });
    },
    ...(serving === undefined ? {} : { serving }),
  });
  await lifetime.start(
    "control plane",
    () => controlPlane.start(),
    () => controlPlane.stop(),
  );
  return controlPlane.handler;
}
