import type { JobState } from "@tesela/core";
import type { Registry as TeselaRegistry } from "@tesela/registry";
import { addFreshness } from "./freshness-metrics.ts";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { createAlertMetrics, type AlertMetrics } from "../alerts/alert-metrics.ts";

const WORKER_ALIVE_MS = 60_000;
/** Final states grow without end: whoever wants them counts what comes. */
const ACTIVE_STATES: readonly JobState[] = [
  "PENDING",
  "RUNNING",
  "MANUAL_CANCELLATION_REQUESTED",
  "MANUAL_RETRY",
];
/** What is counted at most for each workspace and state; a scrape must stay cheap. */
const COUNTED = 1_000;

/** What the control plane measures of itself. */
export interface Metrics {
  observe(
    request: { readonly route: string; readonly method: string; readonly status: number },
    seconds: number,
  ): void;
  countTask(kind: "check" | "retrieval" | "ingest"): void;
  readonly alerts: AlertMetrics;
  readonly contentType: string;
  /** The text that Prometheus reads. */
  print(): Promise<string>;
}

/** Metrics in a registry of their own, so that several servers in one process do not mix. */
export function createMetrics(registry: TeselaRegistry): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: "tesela_" });
  const duration = durationHistogram(register);
  const tasks = new Counter({
    name: "tesela_tasks_created_total",
    help: "Tasks asked for by this process",
    labelNames: ["kind"],
    registers: [register],
  });
  activeJobs(register, registry);
  liveWorkers(register, registry);
  addFreshness(register, registry);
  return {
    alerts: createAlertMetrics(register, registry),
    observe: (request, seconds) => duration.observe({ ...request }, seconds),
    countTask: (kind) => tasks.inc({ kind }),
    contentType: register.contentType,
    print: () => register.metrics(),
  };
}

function durationHistogram(register: Registry): Histogram<"route" | "method" | "status"> {
  return new Histogram({
    name: "tesela_http_request_duration_seconds",
    help: "Time to answer a request",
    labelNames: ["route", "method", "status"] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 30],
    registers: [register],
  });
}

function activeJobs(register: Registry, registry: TeselaRegistry): void {
  new Gauge({
    name: "tesela_jobs_active",
    help: "Jobs that are not final, by state",
    labelNames: ["state"],
    registers: [register],
    async collect() {
      const workspaces = await registry.workspaces.list();
      for (const state of ACTIVE_STATES) {
        let count = 0;
        for (const { id } of workspaces) {
          count += (await registry.jobs.list(id, { state, limit: COUNTED })).jobs.length;
        }
        this.set({ state }, count);
      }
    },
  });
}

function liveWorkers(register: Registry, registry: TeselaRegistry): void {
  new Gauge({
    name: "tesela_workers_alive",
    help: "Workers heard of in the last minute",
    registers: [register],
    async collect() {
      this.set((await registry.workers.alive(WORKER_ALIVE_MS)).length);
    },
  });
}
