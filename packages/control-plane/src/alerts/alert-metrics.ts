import { ALERT_EVENTS, type AlertEvent, type Registry as TeselaRegistry } from "@tesela/registry";
import { Counter, Gauge, type Registry } from "prom-client";
import type { StoreLateness } from "./conditions.ts";
import type { DeliveryResult } from "./deliver.ts";

/** What is measured of alerts. */
export interface AlertMetrics {
  countOpened(event: AlertEvent): void;
  countDelivery(result: DeliveryResult): void;
  /** What the last sweep has found; replaces what the one before found. */
  showLateness(late: readonly StoreLateness[]): void;
}

/** Alerts that are open by what the registry says, the rest by what this process has done. */
export function createAlertMetrics(register: Registry, registry: TeselaRegistry): AlertMetrics {
  openAlerts(register, registry);
  const opened = new Counter({
    name: "tesela_alerts_opened_total",
    help: "Alerts that this process has opened",
    labelNames: ["event"],
    registers: [register],
  });
  const deliveries = new Counter({
    name: "tesela_alert_deliveries_total",
    help: "Tries of deliveries to webhooks by this process, by how they ended",
    labelNames: ["result"],
    registers: [register],
  });
  const lateness = new Gauge({
    name: "tesela_feature_view_late_seconds",
    help: "For how long a store of a view has lacked what its schedule owes it",
    labelNames: ["workspace", "feature_view", "store"],
    registers: [register],
  });
  return {
    countOpened: (event) => opened.inc({ event }),
    countDelivery: (result) => deliveries.inc({ result }),
    showLateness: (late) => {
      lateness.reset();
      for (const { workspace, featureView, store, seconds } of late) {
        lateness.set({ workspace, feature_view: featureView, store }, seconds);
      }
    },
  };
}

function openAlerts(register: Registry, registry: TeselaRegistry): void {
  new Gauge({
    name: "tesela_alerts_open",
    help: "Alerts that are open, by event",
    labelNames: ["event"],
    registers: [register],
    async collect() {
      const open = await registry.alerts.listOpen();
      for (const event of ALERT_EVENTS) {
        this.set({ event }, open.filter((alert) => alert.event === event).length);
      }
    },
  });
}
