import type { RequestListener } from "node:http";
import { TeselaError } from "@tesela/core";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { authenticate } from "./access/authenticate.ts";
import { consoleRouter } from "./console/console.ts";
import { createAlerter } from "./alerts/alerter.ts";
import { alertSettings, type AlertOptions } from "./alerts/settings.ts";
import { servedHandlers } from "./served-log/served-handlers.ts";
import { consistencyHandlers } from "./consistency/consistency-handlers.ts";
import { deletionHandlers } from "./deletions/deletion-handlers.ts";
import { explainHandlers } from "./explain/explain-handlers.ts";
import { historicalHandlers } from "./historical/historical-handlers.ts";
import type { Handlers } from "./http/call.ts";
import { createHousekeeper } from "./housekeeping/housekeeper.ts";
import { housekeepingHandlers } from "./housekeeping/housekeeping-handlers.ts";
import { housekeepingSettings, type HousekeepingOptions } from "./housekeeping/settings.ts";
import { answerError } from "./http/errors.ts";
import { InFlight } from "./http/in-flight.ts";
import { mount } from "./http/mount.ts";
import { requestLog } from "./http/request-log.ts";
import { timed } from "./http/timed.ts";
import { jobHandlers } from "./jobs/job-handlers.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { cleanUp } from "./operations/clean-up.ts";
import { createMetrics } from "./operations/metrics.ts";
import { operationHandlers } from "./operations/operation-handlers.ts";
import { periodically, type Periodic } from "./operations/periodically.ts";
import { planHandlers } from "./planning/plan-handlers.ts";
import { runHandlers } from "./run/run-handlers.ts";
import { scheduleHandlers } from "./schedule/schedule-handlers.ts";
import { createScheduler, type SchedulerMode } from "./schedule/scheduler.ts";
import { createStalenessWatch } from "./schedule/staleness-watch.ts";
import type { ServingPart, Services } from "./services.ts";
import { mountWireJobs } from "./wire-jobs/mount-wire-jobs.ts";
import { wireJobHandlers } from "./wire-jobs/wire-job-handlers.ts";
import { workspaceHandlers } from "./workspace/workspace-handlers.ts";

/** What the control plane stands on; limits that are left out are `DEFAULT_LIMITS`. */
export interface ControlPlaneOptions extends Omit<
  Services,
  "limits" | "metrics" | "serving" | "scheduler" | "housekeeping"
> {
  readonly limits?: Partial<Limits>;
  /** What housekeeping goes by; what is left out is as in `DEFAULT_HOUSEKEEPING`. */
  readonly housekeeping?: HousekeepingOptions;
  /** Whether it makes the jobs that are due (TIME T13), and those of housekeeping, by itself; on unless told. */
  readonly scheduler?: SchedulerMode;
  readonly serving?: ServingPart;
  /** Whom alerts are sent to; they are raised where there is a webhook, or jobs are made. */
  readonly alerts?: AlertOptions;
}

/** The management API, to be served by whoever listens. */
export interface ControlPlane {
  readonly handler: RequestListener;
  /** Begins to make the jobs that are due and to remove what expires. */
  start(): Promise<void>;
  /** Refuses new requests, ends waits at once, and waits for what is in flight within the limit. */
  stop(): Promise<void>;
}

/** Makes the control plane; it connects nothing and runs nothing before `start`. */
export function createControlPlane({
  limits,
  serving,
  housekeeping: housekeepingOptions,
  scheduler: mode = "on",
  alerts: alertOptions,
  ...options
}: ControlPlaneOptions): ControlPlane {
  const metrics = createMetrics(options.registry);
  const scheduler = mode === "on" ? createScheduler(options) : null;
  const housekeeping = housekeepingSettings(housekeepingOptions);
  const housekeeper = mode === "on" ? createHousekeeper(options, housekeeping) : null;
  const services: Services = {
    ...options,
    housekeeping,
    metrics,
    scheduler,
    serving: serving ?? null,
    limits: { ...DEFAULT_LIMITS, ...limits },
  };
  const alerts = alertSettings(alertOptions);
  const alerter = mode === "on" || alerts.webhooks.length > 0 ? createAlerter(services, alerts) : null;
  const staleness = mode === "on" ? createStalenessWatch(services) : null;
  const inFlight = new InFlight();
  let cleaning: Periodic | null = null;
  return {
    handler: createApp(services, inFlight),
    start: async () => {
      const { limits, logger } = services;
      scheduler?.start();
      housekeeper?.start();
      alerter?.start();
      staleness?.start();
      const onError = (error: unknown) => logger.error({ err: error }, "removing what has expired failed");
      cleaning ??= periodically((signal) => cleanUp(services, signal), limits.cleanUpIntervalMs, onError);
    },
    stop: async () => {
      await Promise.all([
        inFlight.drain(services.limits.shutdownMs),
        cleaning?.stop(),
        scheduler?.stop(),
        housekeeper?.stop(),
        alerter?.stop(),
        staleness?.stop(),
      ]);
      cleaning = null;
    },
  };
}

/** Health is answered to anybody; past `authenticate` nothing is, not even that a path is unknown. */
function createApp(services: Services, inFlight: InFlight): Express {
  const { registry, limits, logger, metrics } = services;
  const handlers = allHandlers(services);
  const mounting = { bodyBytes: limits.bodyBytes, stopping: inFlight.stopping };
  const app = express().disable("x-powered-by").disable("etag").set("query parser", "simple");
  app.use(requestLog(logger), prepareResponse, timed(metrics));
  mount(app, handlers, ({ access }) => access === "public", mounting);
  app.use(inFlight.track, consoleRouter(services));
  app.use(authenticate(registry.apiKeys, limits.authenticationFailuresPerMinute));
  mount(app, handlers, ({ access }) => access !== "public", mounting);
  mountWireJobs(app, services, wireJobHandlers(services));
  app.use(unknownPath, answerError);
  return app;
}

function allHandlers(services: Services): Handlers {
  return {
    ...operationHandlers(services),
    ...planHandlers(services),
    ...workspaceHandlers(services),
    ...jobHandlers(services),
    ...historicalHandlers(services),
    ...runHandlers(services),
    ...scheduleHandlers(services),
    ...housekeepingHandlers(services),
    ...explainHandlers(services),
    ...deletionHandlers(services),
    ...consistencyHandlers(services),
    ...servedHandlers(services),
  };
}

/** Streams, log, metrics and waits each listen for the end of a response: more than Node's warning at ten. */
const MOST_LISTENERS = 20;

function prepareResponse(_request: Request, response: Response, next: NextFunction): void {
  response.setMaxListeners(MOST_LISTENERS);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Cache-Control", "no-store");
  next();
}

function unknownPath(request: Request): never {
  throw new TeselaError("NOT_FOUND", `There is no ${request.method} ${request.path.slice(0, 200)}.`, {
    fix: "GET /openapi.json lists every operation.",
  });
}
