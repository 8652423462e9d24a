import { TeselaError } from "@tesela/core";
import { json, type NextFunction, type Request, type RequestHandler, type Response } from "express";

const DEEPEST = 32;

/** Reads a JSON body of at most so many bytes and 32 levels, whose texts can be stored; others are refused. */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [requireJson, json({ limit: limitBytes, strict: false, type: () => true }), refuseUnsafe];
}

function requireJson(request: Request, _response: Response, next: NextFunction): void {
  if (request.is("application/json") !== false) return next();
  const found = request.get("content-type") ?? "no content type";
  throw new TeselaError(
    "UNSUPPORTED_MEDIA_TYPE",
    `The request body is ${found.slice(0, 100)}, expected JSON.`,
    {
      fix: "Send it with Content-Type: application/json.",
    },
  );
}

function refuseUnsafe(request: Request, _response: Response, next: NextFunction): void {
  const message = unsafety(request.body);
  if (message === null) return next();
  throw new TeselaError("VALIDATION", `The request body ${message}.`);
}

/** Level by level, not recursive: the input chooses the depth. */
function unsafety(body: unknown): string | null {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return `is nested deeper than ${DEEPEST} levels`;
    if (level.some(isUnstorable)) return "holds a NUL character or half of a surrogate pair";
    level = level.flatMap(childrenOf);
  }
  return null;
}

/** Names count as much as values. */
function childrenOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.entries(value).flat() : [];
}

function isUnstorable(value: unknown): boolean {
  return typeof value === "string" && (value.includes("\0") || !value.isWellFormed());
}
