import { parseWith, routes } from "@tesela/contract";
import type { Express, RequestHandler } from "express";
import { keyOf } from "../access/authenticate.ts";
import { authorize } from "../access/authorize.ts";
import type { WireJobRoute } from "../http/call.ts";
import { jsonBody } from "../http/json-body.ts";
import type { Services } from "../services.ts";
import { publicOrigin } from "../workspace/view-url.ts";
import type { WireJobHandler, WireJobHandlers } from "./wire-job-handlers.ts";

/** Mounts the compatible jobs API, where the workspace that a key has to open stands in the body. */
export function mountWireJobs(
  app: Express,
  services: Pick<Services, "limits" | "publicUrl">,
  handlers: WireJobHandlers,
): void {
  for (const name of Object.keys(handlers) as WireJobRoute[]) {
    app.post(routes[name].path, jsonBody(services.limits.bodyBytes), answer(name, handlers, services));
  }
}

function answer(
  name: WireJobRoute,
  handlers: WireJobHandlers,
  { publicUrl }: Pick<Services, "publicUrl">,
): RequestHandler {
  const route = routes[name];
  // The one place where what a route's schema has checked takes the type that it tells.
  const handler = handlers[name] as unknown as WireJobHandler<WireJobRoute>;
  return async (request, response) => {
    response.locals["route"] = name;
    const body = parseWith(route.body, request.body, "request body");
    // Nobody comes here without a key.
    const key = keyOf(request)!;
    authorize(key, route.access, body.workspace);
    response.json(await handler(body, { key, origin: publicOrigin(request, publicUrl) }));
  };
}
