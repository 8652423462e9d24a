import { isSchema, parseWith, routes, type Route } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { Express, Request, RequestHandler, Response } from "express";
import { keyOf } from "../access/authenticate.ts";
import { authorize } from "../access/authorize.ts";
import type { Call, ControlPlaneRoute, Handler, Handlers } from "./call.ts";
import { jsonBody } from "./json-body.ts";
import { currentRequestId } from "./request-id.ts";

const LONGEST_PARAMETER = 200;

/** What answering needs besides the handler. */
export interface MountOptions {
  readonly bodyBytes: number;
  readonly stopping: AbortSignal;
}

/** Mounts the handlers of all routes of an access: a route in the table and a handler are all it takes. */
export function mount(
  app: Express,
  handlers: Handlers,
  isWanted: (route: Route) => boolean,
  options: MountOptions,
): void {
  for (const name of Object.keys(handlers) as ControlPlaneRoute[]) {
    const route: Route = routes[name];
    if (!isWanted(route)) continue;
    const parseBody = route.body !== null && isSchema(route.body) ? jsonBody(options.bodyBytes) : [];
    app[route.method](route.path, guard(name, route), ...parseBody, answer(name, handlers[name], options));
  }
}

/** Runs before the body is read: who may not call sends nothing. */
function guard(name: ControlPlaneRoute, route: Route): RequestHandler {
  return (request, response, next) => {
    response.locals["route"] = name;
    const { workspace } = parametersOf(request);
    authorize(keyOf(request), route.access, workspace ?? null);
    next();
  };
}

function answer<N extends ControlPlaneRoute>(
  name: N,
  handler: Handler<N>,
  options: MountOptions,
): RequestHandler {
  const route: Route = routes[name];
  return async (request, response) => {
    const body = await handler(callOf<N>(route, request, response, options.stopping));
    if (body !== null) response.status(route.status).json(body);
  };
}

/** The one place where what a route's schemas have checked takes the types that they tell. */
function callOf<N extends ControlPlaneRoute>(
  route: Route,
  request: Request,
  response: Response,
  stopping: AbortSignal,
): Call<N> {
  const { body, query } = route;
  const call = {
    parameters: parametersOf(request),
    query: query === null ? null : parseWith(query, request.query, "query"),
    body: body !== null && isSchema(body) ? parseWith(body, request.body, "request body") : null,
    key: keyOf(request),
    requestId: currentRequestId(response),
    signal: AbortSignal.any([stopping, closed(response)]),
    request,
    response,
  };
  return call as unknown as Call<N>;
}

function parametersOf(request: Request): Readonly<Record<string, string>> {
  const entries = Object.entries(request.params).map(([name, value]) => {
    const text = String(value).slice(0, LONGEST_PARAMETER + 1);
    // No name or id has one, and the registry's database takes none.
    if (text.includes("\0")) throw new TeselaError("VALIDATION", `The ${name} in the path holds a NUL.`);
    return [name, text];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

function closed(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => controller.abort());
  return controller.signal;
}
