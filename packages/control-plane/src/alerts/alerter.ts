import { periodically, type Periodic } from "../operations/periodically.ts";
import type { Services } from "../services.ts";
import { deliverDue } from "./deliver.ts";
import type { AlertSettings } from "./settings.ts";
import { createSweep } from "./sweep.ts";

/** Raises alerts from what the ledger says, and brings them to the webhooks. */
export interface Alerter {
  /** Looks once for what is wrong, and for what is over. */
  look(signal?: AbortSignal): Promise<void>;
  /** Sends once what is due. */
  deliver(signal?: AbortSignal): Promise<void>;
  /** Does both again and again; any number of processes may. */
  start(): void;
  /** Ends what is under way: a delivery that is cut off is sent again by whoever runs next. */
  stop(): Promise<void>;
}

/** What alerts need. */
export type AlerterServices = Pick<Services, "registry" | "logger" | "metrics" | "publicUrl">;

const DAY_MS = 86_400_000;
/** How long alerts that are over are kept. */
const KEPT_MS = 30 * DAY_MS;

/** Makes an alerter; it does nothing by itself before `start`. */
export function createAlerter(services: AlerterServices, settings: AlertSettings): Alerter {
  const { registry, logger } = services;
  const metrics = services.metrics.alerts;
  const sweep = createSweep(services, settings);
  const look = async (signal: AbortSignal = new AbortController().signal): Promise<void> => {
    const { opened, late } = await sweep(signal);
    for (const event of opened) metrics.countOpened(event);
    metrics.showLateness(late);
    await registry.alerts.forget(KEPT_MS);
  };
  const deliver = (signal: AbortSignal = new AbortController().signal): Promise<void> =>
    deliverDue(registry.alerts, settings, signal, (result, { id, webhook, tries }, reason) => {
      metrics.countDelivery(result);
      if (reason !== null) logger.warn({ delivery: id, webhook, tries, reason }, `an alert is ${result}`);
    });
  let periodic: readonly Periodic[] = [];
  return {
    look,
    deliver,
    start() {
      if (periodic.length > 0) return;
      const onError = (error: unknown) => logger.error({ err: error }, "alerts could not be looked at");
      periodic = [
        periodically(look, settings.lookMs, onError),
        periodically(deliver, settings.deliverMs, onError),
      ];
    },
    async stop() {
      await Promise.all(periodic.map((one) => one.stop()));
      periodic = [];
    },
  };
}
