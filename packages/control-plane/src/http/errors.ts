import { ingestErrorOf, PROBLEM_TYPE, problemOf, routes, WIRE_PREFIX, wireErrorOf } from "@tesela/contract";
import { isRetryable, TeselaError, toTeselaError } from "@tesela/core";
import type { ErrorRequestHandler, Request, Response } from "express";
import { currentRequestId } from "./request-id.ts";

const LOWEST_SERVER_ERROR = 500;

/** Answers every error with a problem body; what is unknown is logged with its cause and shown as `INTERNAL`. */
export const answerError: ErrorRequestHandler = (thrown: unknown, request, response, _next) => {
  const error = toTeselaError(fromExpress(thrown));
  const body = problemOf(error, currentRequestId(response));
  if (body.status >= LOWEST_SERVER_ERROR) request.log.error({ err: error }, "request failed");
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  answerProblem(request, response, error);
};

function answerProblem(request: Request, response: Response, error: TeselaError): void {
  const body = problemOf(error, currentRequestId(response));
  if (isRetryable[error.code]) response.setHeader("Retry-After", "1");
  if (error.code === "UNAUTHENTICATED") response.setHeader("WWW-Authenticate", "Bearer");
  if (!request.complete) response.setHeader("Connection", "close");
  if (request.path.startsWith(WIRE_PREFIX)) {
    const wire = wireErrorOf(error);
    response.status(wire.status).json(wire.body);
    return;
  }
  const shown = request.path === routes.pushRows.path ? ingestErrorOf(error, body.requestId) : body;
  response.status(body.status).type(PROBLEM_TYPE).send(JSON.stringify(shown));
}

/** Errors of Express and its body parser carry a `type` or a client's `status`; they show nothing of ours. */
function fromExpress(thrown: unknown): unknown {
  if (thrown instanceof TeselaError || !(thrown instanceof Error)) return thrown;
  const { type, status } = thrown as Error & { readonly type?: unknown; readonly status?: unknown };
  if (type === "entity.too.large") return bodyTooLarge(thrown);
  if (type === "entity.parse.failed") return new TeselaError("VALIDATION", "The request body is not JSON.");
  if (type === "charset.unsupported" || type === "encoding.unsupported") {
    return new TeselaError("UNSUPPORTED_MEDIA_TYPE", "The request body is in an unknown encoding.", {
      fix: "Send JSON in UTF-8, plain or compressed with gzip.",
    });
  }
  if (typeof status === "number" && status >= 400 && status < LOWEST_SERVER_ERROR) {
    return new TeselaError("VALIDATION", "The request could not be read.", { cause: thrown });
  }
  return thrown;
}

function bodyTooLarge(thrown: Error): TeselaError {
  const { limit } = thrown as Error & { readonly limit?: unknown };
  return new TeselaError("TOO_LARGE", `The request body is larger than ${String(limit)} bytes.`);
}
