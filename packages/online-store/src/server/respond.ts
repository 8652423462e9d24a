import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { PROBLEM_TYPE, problemOf, routes, wireErrorOf, type Route } from "@tesela/contract";
import { isRetryable, type TeselaError } from "@tesela/core";
import type { HotRoute } from "./hot-routes.ts";

const JSON_TYPE = "application/json";
const REQUEST_ID = /^[\w.-]{1,64}$/;

/** The id that a client gave its request, or a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Sends what was found. */
export function sendAnswer(response: ServerResponse, requestId: string, answer: object): void {
  send(response, 200, JSON.stringify(answer), { "content-type": JSON_TYPE, "x-request-id": requestId });
}

/** Sends an error in the form of its route's family, and gives the status that was sent. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  route: HotRoute,
  error: TeselaError,
): number {
  const requestId = requestIdOf(request);
  const { status, body, type } = printError(route, error, requestId);
  send(response, status, JSON.stringify(body), {
    "content-type": type,
    "x-request-id": requestId,
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    ...(isRetryable[error.code] ? { "retry-after": "1" } : {}),
    // What of the body has not been read would be taken for the next request.
    ...(request.complete ? {} : { connection: "close" }),
  });
  return status;
}

function printError(
  name: HotRoute,
  error: TeselaError,
  requestId: string,
): { readonly status: number; readonly body: object; readonly type: string } {
  const route: Route = routes[name];
  if (route.family === "wire") return { ...wireErrorOf(error), type: JSON_TYPE };
  const body = problemOf(error, requestId);
  return { status: body.status, body, type: PROBLEM_TYPE };
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    ...headers,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}
