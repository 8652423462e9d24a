import type { RequestHandler } from "express";
import type { Metrics } from "../operations/metrics.ts";

/** Measures how long each request takes, by the route's name; what is no route counts as `none`. */
export function timed(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once("close", () => {
      const route = String(response.locals["route"] ?? "none");
      const labels = { route, method: request.method, status: response.statusCode };
      metrics.observe(labels, (performance.now() - startedAt) / 1_000);
    });
    next();
  };
}
