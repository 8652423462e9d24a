import { randomUUID } from "node:crypto";
import { PROBLEM_TYPE, problemOf, routes, wireErrorOf, type Route } from "@tesela/contract";
import { isRetryable, type TeselaError } from "@tesela/core";
import type { HotRoute } from "../hot-routes.ts";
import type { HotExchange } from "./exchange.ts";

const JSON_TYPE = "application/json";
const REQUEST_ID = /^[\w.-]{1,64}$/;

/** The id that a client gave its request, or a new one. */
function requestIdOf({ givenId }: HotExchange): string {
  return givenId !== undefined && REQUEST_ID.test(givenId) ? givenId : randomUUID();
}

/** Sends what was found. */
export function sendAnswer(exchange: HotExchange, answer: object): void {
  exchange.send(200, headersOf(JSON_TYPE, requestIdOf(exchange)), JSON.stringify(answer));
}

/** Sends an error in the form of its route's family, and gives the status that was sent. */
export function sendError(exchange: HotExchange, route: HotRoute, error: TeselaError): number {
  const requestId = requestIdOf(exchange);
  const { status, body, type } = formOf(route, error, requestId);
  const headers = {
    ...headersOf(type, requestId),
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    ...(isRetryable[error.code] ? { "retry-after": "1" } : {}),
  };
  exchange.send(status, headers, JSON.stringify(body));
  return status;
}

function headersOf(type: string, requestId: string): Readonly<Record<string, string>> {
  return {
    "content-type": type,
    "x-request-id": requestId,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
}

function formOf(
  name: HotRoute,
  error: TeselaError,
  requestId: string,
): { readonly status: number; readonly body: object; readonly type: string } {
  const route: Route = routes[name];
  if (route.family === "wire") return { ...wireErrorOf(error), type: JSON_TYPE };
  const body = problemOf(error, requestId);
  return { status: body.status, body, type: PROBLEM_TYPE };
}
