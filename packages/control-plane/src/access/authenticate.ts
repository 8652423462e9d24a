import { FailureBudget } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { ApiKey, ApiKeys } from "@tesela/registry";
import type { NextFunction, Request, Response } from "express";
import { secretOf } from "./credentials.ts";

const keys = new WeakMap<Request, ApiKey>();

/** The key that a request was let in with; `null` on routes before authentication. */
export function keyOf(request: Request): ApiKey | null {
  return keys.get(request) ?? null;
}

/** Lets in requests with an active key; `UNAUTHENTICATED` else, `RATE_LIMITED` after too many such failures. */
export function authenticate(
  apiKeys: Pick<ApiKeys, "verify">,
  failuresPerMinute: number,
): (request: Request, response: Response, next: NextFunction) => Promise<void> {
  const budget = new FailureBudget(failuresPerMinute);
  return async (request, _response, next) => {
    const address = request.socket.remoteAddress ?? "unknown";
    if (budget.isSpent(address, Date.now())) throw tooManyFailures();
    const secret = secretOf(request.get("authorization"));
    const key = secret === null ? null : await apiKeys.verify(secret);
    if (key === null) {
      budget.spend(address, Date.now());
      throw refused(secret === null);
    }
    keys.set(request, key);
    next();
  };
}

function refused(isMissing: boolean): TeselaError {
  const message = isMissing ? "The request carries no API key." : "The API key is unknown or revoked.";
  return new TeselaError("UNAUTHENTICATED", message, { fix: "Send Authorization: Bearer <key>." });
}

function tooManyFailures(): TeselaError {
  return new TeselaError("RATE_LIMITED", "Too many requests with a bad API key came from this address.", {
    fix: "Wait a minute, and correct the key.",
  });
}
