import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

const HEADER = "X-Request-Id";
const SANE = /^[A-Za-z0-9._:-]{1,100}$/;

/** The client's own request id where it is sane, else a new one; echoed in `X-Request-Id`. */
export function requestIdOf(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers[HEADER.toLowerCase()];
  const id = typeof given === "string" && SANE.test(given) ? given : randomUUID();
  response.setHeader(HEADER, id);
  return id;
}

/** The id that the request being answered was given. */
export function currentRequestId(response: ServerResponse): string {
  return String(response.getHeader(HEADER) ?? "");
}
